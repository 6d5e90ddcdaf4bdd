import { createHash } from 'node:crypto';
import { fromText } from '../../../protocol/bytes.ts';

/** How a token of a receipt or of a text is looked up (SHA-256, base64url); the token itself is not kept. */
export const hashToken = (token: string): string => createHash('sha256').update(fromText(token)).digest('base64url');
