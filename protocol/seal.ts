import { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { Aes256Gcm } from './aes-gcm.ts';
import { fromText, toText, utf8 } from './bytes.ts';
import { domains } from './chain.ts';

/** HPKE (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
export const sealSuite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/**
 * A sealed body is one HPKE message in base mode: the encapsulated key (32 bytes) followed by the ciphertext with its 16-byte
 * tag. One fresh context for each record, used once.
 */
const encapsulatedKeyBytes = 32;
const info = utf8(domains.seal);

/**
 * Bodies are padded with spaces (JSON ignores them) to a multiple of this: one block holds what an ordinary shop asks, so that a length
 * tells nothing of type, choices or number.
 */
export const paddingBytes = 2_048;

export function padBody(canonicalBody: string): Uint8Array<ArrayBuffer> {
  const bytes = utf8(canonicalBody);
  const padded = new Uint8Array(Math.ceil(bytes.length / paddingBytes) * paddingBytes).fill(0x20);
  padded.set(bytes);
  return padded;
}

/** An HPKE context whose key exchange is done: the slow half of sealing, which needs nothing of the record. */
export interface PreparedSeal {
  /** @param header canonical JSON, the AAD. For one record: a second call throws. */
  seal(body: Uint8Array, header: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** @param publicKey raw X25519 key of the server, base64url. */
export async function prepareSeal(publicKey: string): Promise<PreparedSeal> {
  const recipientPublicKey = await sealSuite.kem.deserializePublicKey(fromText(publicKey));
  const context = await sealSuite.createSenderContext({ recipientPublicKey, info });
  let used = false;
  return {
    async seal(body, header) {
      // The context would encrypt a second message under the next nonce, and nobody could open it.
      if (used) throw new Error('a prepared seal is for one record');
      used = true;
      const ciphertext = await context.seal(body, utf8(header));
      return Uint8Array.from(Buffer.concat([Buffer.from(context.enc), Buffer.from(ciphertext)]));
    },
  };
}

/** The server's half. `privateKey` and `publicKey` are raw X25519 bytes as base64url. */
export interface StoredSealKey {
  publicKey: string;
  privateKey: string;
}

export async function generateSealKey(): Promise<StoredSealKey> {
  const pair = await sealSuite.kem.generateKeyPair();
  return {
    publicKey: toText(new Uint8Array(await sealSuite.kem.serializePublicKey(pair.publicKey))),
    privateKey: toText(new Uint8Array(await sealSuite.kem.serializePrivateKey(pair.privateKey))),
  };
}

export const importSealPrivateKey = (privateKey: string): Promise<CryptoKey> =>
  sealSuite.kem.deserializePrivateKey(fromText(privateKey));

/** Both halves: with the private one alone, each opening would work out the public one again. */
export const importSealKeyPair = async ({ publicKey, privateKey }: StoredSealKey): Promise<CryptoKeyPair> => ({
  publicKey: await sealSuite.kem.deserializePublicKey(fromText(publicKey)),
  privateKey: await importSealPrivateKey(privateKey),
});

/**
 * Opens a sealed body; the padding is still on it (JSON.parse does not mind).
 * @throws OpenError of the library if body, header or key do not belong together.
 */
export async function openSealed(
  sealed: Uint8Array<ArrayBuffer>,
  header: string,
  recipientKey: CryptoKey | CryptoKeyPair,
): Promise<string> {
  const context = await sealSuite.createRecipientContext({
    recipientKey,
    enc: sealed.slice(0, encapsulatedKeyBytes),
    info,
  });
  const body = await context.open(sealed.slice(encapsulatedKeyBytes), utf8(header));
  return new TextDecoder('utf-8', { fatal: true }).decode(body);
}
