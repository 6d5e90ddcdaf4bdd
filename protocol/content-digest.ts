import { createHash, timingSafeEqual } from 'node:crypto';

/** Content-Digest of a body as it is sent (RFC 9530), with the one algorithm that both ends use. */
export const contentDigest = (body: string | Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

/** Whether the header names this very body, byte for byte. */
export function digestHolds(headers: Record<string, string | string[]>, body: string | Uint8Array): boolean {
  const [named, found] = [Buffer.from(String(headers['content-digest'] ?? '')), Buffer.from(contentDigest(body))];
  return named.length === found.length && timingSafeEqual(named, found);
}
