import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto';
import { AeadId, type AeadInterface, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';

type Bytes = ArrayBufferLike | ArrayBufferView;

const tagBytes = 16;

const viewOf = (bytes: Bytes): Uint8Array =>
  ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);

/** An ArrayBuffer of just these bytes: a Buffer may be a part of a larger one. */
const detached = (...parts: Buffer[]): ArrayBuffer => new Uint8Array(Buffer.concat(parts)).buffer;

const hmac = (key: Uint8Array, ...parts: Uint8Array[]): Buffer => {
  // As a key object: Node 24 takes four times as long with bytes.
  const hash = createHmac('sha256', createSecretKey(key));
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/*
 * The library's own KDF and AEAD do each step through WebCrypto, that is on another thread and back, about fourteen times for
 * one message of a few hundred bytes. Here the same algorithms run in place, on Node's synchronous functions; what is done
 * with them, and the key exchange, is the library's.
 */

/** HKDF-SHA256 (RFC 5869). */
class InPlaceHkdf extends HkdfSha256 {
  override async extract(salt: Bytes, ikm: Bytes): Promise<ArrayBuffer> {
    return detached(hmac(viewOf(salt), viewOf(ikm)));
  }

  override async expand(prk: Bytes, info: Bytes, length: number): Promise<ArrayBuffer> {
    const blocks: Buffer[] = [];
    for (let counter = 1; (counter - 1) * this.hashSize < length; counter++) {
      blocks.push(hmac(viewOf(prk), blocks.at(-1) ?? Buffer.alloc(0), viewOf(info), Uint8Array.of(counter)));
    }
    return detached(Buffer.concat(blocks).subarray(0, length));
  }

  override async extractAndExpand(salt: Bytes, ikm: Bytes, info: Bytes, length: number): Promise<ArrayBuffer> {
    return await this.expand(await this.extract(salt, ikm), info, length);
  }
}

/** Seals one message: what a key and a nonce are used for once. A second call throws. */
type OneMessage = (data: Uint8Array, aad: Uint8Array) => Buffer;

/** AES-256-GCM (NIST SP 800-38D); the tag stands after the ciphertext. */
function oneMessage(rawKey: Bytes, nonce: Bytes): OneMessage {
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(viewOf(rawKey)), viewOf(nonce));
  return (data, aad) => {
    cipher.setAAD(aad);
    return Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
  };
}

const inPlaceAes256Gcm: AeadInterface = {
  id: AeadId.Aes256Gcm,
  keySize: 32,
  nonceSize: 12,
  tagSize: tagBytes,
  createEncryptionContext: (rawKey) => ({
    async seal(nonce, data, aad) {
      return detached(oneMessage(rawKey, nonce)(viewOf(data), viewOf(aad)));
    },
    async open(nonce, data, aad) {
      const bytes = viewOf(data);
      const end = bytes.length - tagBytes;
      const options = { authTagLength: tagBytes };
      const decipher = createDecipheriv('aes-256-gcm', createSecretKey(viewOf(rawKey)), viewOf(nonce), options);
      decipher.setAAD(viewOf(aad)).setAuthTag(bytes.subarray(end));
      return detached(decipher.update(bytes.subarray(0, end)), decipher.final());
    },
  }),
};

const kem = new DhkemX25519HkdfSha256();
const kdf = new InPlaceHkdf();

/** HPKE (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
export const sealSuite = new CipherSuite({ kem, kdf, aead: inPlaceAes256Gcm });

/** A message of which all is done but to encrypt it: the encapsulated key, and how to seal once. */
export interface ReadyMessage {
  enc: ArrayBuffer;
  seal: OneMessage;
}

/**
 * The first message of a fresh context, made ready for its content. The library asks its AEAD for a ciphertext as soon as it
 * has worked out key and nonce; this one keeps them and answers with nothing.
 */
export async function prepareMessage(
  params: Parameters<typeof sealSuite.createSenderContext>[0],
): Promise<ReadyMessage> {
  let seal: OneMessage | undefined;
  const keepReady: AeadInterface = {
    ...inPlaceAes256Gcm,
    createEncryptionContext: (rawKey) => ({
      ...inPlaceAes256Gcm.createEncryptionContext(rawKey),
      async seal(nonce) {
        seal = oneMessage(rawKey, nonce);
        return new ArrayBuffer(0);
      },
    }),
  };
  const context = await new CipherSuite({ kem, kdf, aead: keepReady }).createSenderContext(params);
  await context.seal(new ArrayBuffer(0));
  if (seal === undefined) throw new Error('the library asked for no ciphertext');
  return { enc: context.enc, seal };
}
