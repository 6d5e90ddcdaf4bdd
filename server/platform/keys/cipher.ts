import { createCipheriv, createDecipheriv, createHmac, type KeyObject, randomBytes } from 'node:crypto';
import { utf8 } from '../../../protocol/bytes.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

// Keys are handed over as key objects: Node 24 takes four times as long with bytes.

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce: nonce, ciphertext, tag.
 * @param context what the bytes belong to; opening them under another context fails.
 */
export function encrypt(key: KeyObject, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(utf8(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error if key, context or a byte is not the one it was made with. */
export function decrypt(key: KeyObject, sealed: Uint8Array, context: string): Buffer {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(utf8(context)).setAuthTag(sealed.subarray(sealed.length - tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes)), decipher.final()]);
}

/** HMAC-SHA-256 as base64url: what is hashed so cannot be found by trying all values, as long as the key is not known. */
export const keyedHash = (key: KeyObject, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

/** Contexts, so that no ciphertext can be moved to another row. */
export const subjectKeyContext = (subjectId: string): string => `countersign/subject-key/1\n${subjectId}`;
export const bodyContext = (subjectId: string, kioskId: string, chainHash: string): string =>
  `countersign/opened-body/1\n${subjectId}\n${kioskId}\n${chainHash}`;
