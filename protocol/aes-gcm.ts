import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { type AeadEncryptionContext, AeadId, type AeadInterface } from '@hpke/core';

const tagBytes = 16;

/**
 * AES-256-GCM for the HPKE library, which takes its AEAD as an argument. By Node's own cryptography, in this thread: WebCrypto would go to
 * another thread and back twice for each record, which is most of what a customer would wait for beside the disk.
 */
export class Aes256Gcm implements AeadInterface {
  readonly id = AeadId.Aes256Gcm;
  readonly keySize = 32;
  readonly nonceSize = 12;
  readonly tagSize = tagBytes;

  createEncryptionContext(key: ArrayBufferLike | ArrayBufferView): AeadEncryptionContext {
    return new Context(createSecretKey(bytesOf(key)));
  }
}

class Context implements AeadEncryptionContext {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  async seal(
    nonce: ArrayBufferLike | ArrayBufferView,
    data: ArrayBufferLike | ArrayBufferView,
    aad: ArrayBufferLike | ArrayBufferView,
  ): Promise<ArrayBuffer> {
    const cipher = createCipheriv('aes-256-gcm', this.#key, bytesOf(nonce)).setAAD(bytesOf(aad));
    return Uint8Array.from(Buffer.concat([cipher.update(bytesOf(data)), cipher.final(), cipher.getAuthTag()])).buffer;
  }

  async open(
    nonce: ArrayBufferLike | ArrayBufferView,
    data: ArrayBufferLike | ArrayBufferView,
    aad: ArrayBufferLike | ArrayBufferView,
  ): Promise<ArrayBuffer> {
    const sealed = bytesOf(data);
    const end = sealed.length - tagBytes;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytesOf(nonce), { authTagLength: tagBytes });
    decipher.setAAD(bytesOf(aad)).setAuthTag(sealed.subarray(end));
    return Uint8Array.from(Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()])).buffer;
  }
}

const bytesOf = (data: ArrayBufferLike | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
