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

/** AES-256-GCM (NIST SP 800-38D); the tag stands after the ciphertext. */
const inPlaceAes256Gcm: AeadInterface = {
  id: AeadId.Aes256Gcm,
  keySize: 32,
  nonceSize: 12,
  tagSize: tagBytes,
  createEncryptionContext: (rawKey) => {
    const key = createSecretKey(viewOf(rawKey));
    return {
      async seal(nonce, data, aad) {
        const cipher = createCipheriv('aes-256-gcm', key, viewOf(nonce)).setAAD(viewOf(aad));
        return detached(cipher.update(viewOf(data)), cipher.final(), cipher.getAuthTag());
      },
      async open(nonce, data, aad) {
        const bytes = viewOf(data);
        const end = bytes.length - tagBytes;
        const options = { authTagLength: tagBytes };
        const decipher = createDecipheriv('aes-256-gcm', key, viewOf(nonce), options).setAAD(viewOf(aad));
        decipher.setAuthTag(bytes.subarray(end));
        return detached(decipher.update(bytes.subarray(0, end)), decipher.final());
      },
    };
  },
};

/** HPKE (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
export const sealSuite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new InPlaceHkdf(),
  aead: inPlaceAes256Gcm,
});
