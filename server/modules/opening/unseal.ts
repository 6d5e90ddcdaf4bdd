import { createDecipheriv, createHmac, createPublicKey, createSecretKey, diffieHellman, KeyObject } from 'node:crypto';
import { fromText, toText, utf8 } from '../../../protocol/bytes.ts';
import { domains } from '../../../protocol/chain.ts';

/**
 * Opens sealed bodies, as protocol/seal.ts does, by Node's own cryptography instead of the browser's interface to it: 0.1 ms of one
 * core instead of 0.4, and opening is most of what a busy server does. The numbers of the steps are RFC 9180's: base mode,
 * DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message.
 */
export class Unsealer {
  readonly #privateKey: KeyObject;
  readonly #publicKey: Uint8Array;
  readonly #schedule: Buffer;

  constructor({ publicKey, pair }: { publicKey: string; pair: CryptoKeyPair }, info: Uint8Array = utf8(domains.seal)) {
    this.#privateKey = KeyObject.from(pair.privateKey);
    this.#publicKey = fromText(publicKey);
    // 5.1: key_schedule_context, the same for every message.
    this.#schedule = Buffer.concat([
      Buffer.of(0),
      extract(suite, empty, 'psk_id_hash', empty),
      extract(suite, empty, 'info_hash', info),
    ]);
  }

  /** @throws Error if body, header or key do not belong together. */
  open(sealed: Uint8Array, header: string): string {
    const enc = sealed.subarray(0, encapsulatedKeyBytes);
    const ciphertext = sealed.subarray(encapsulatedKeyBytes, sealed.length - tagBytes);
    // 5.1: KeySchedule of the receiver.
    const secret = extract(suite, this.#sharedSecret(enc), 'secret', empty);
    const key = createSecretKey(expand(suite, secret, 'key', this.#schedule, 32));
    const nonce = expand(suite, secret, 'base_nonce', this.#schedule, 12);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(utf8(header)).setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const body = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  }

  /** 4.1: Decap. Node refuses a key whose shared secret would be all zeros, as 7.1.4 demands. */
  #sharedSecret(enc: Uint8Array): Buffer {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: toText(enc) }, format: 'jwk' });
    const dh = diffieHellman({ privateKey: this.#privateKey, publicKey });
    const context = Buffer.concat([enc, this.#publicKey]);
    return expand(kem, extract(kem, empty, 'eae_prk', dh), 'shared_secret', context, 32);
  }
}

const encapsulatedKeyBytes = 32;
const tagBytes = 16;
const empty = Buffer.alloc(0);
const version = utf8('HPKE-v1');
const kem = Buffer.from('KEM\x00\x20', 'latin1');
const suite = Buffer.from('HPKE\x00\x20\x00\x01\x00\x02', 'latin1');

/** 4: LabeledExtract. */
const extract = (suiteId: Buffer, salt: Uint8Array, label: string, input: Uint8Array): Buffer =>
  createHmac('sha256', createSecretKey(salt.length === 0 ? Buffer.alloc(32) : salt))
    .update(Buffer.concat([version, suiteId, utf8(label), input]))
    .digest();

/** 4: LabeledExpand, for at most one block of the hash. */
const expand = (suiteId: Buffer, key: Uint8Array, label: string, context: Uint8Array, length: number): Buffer =>
  createHmac('sha256', createSecretKey(key))
    .update(Buffer.concat([Buffer.of(0, length), version, suiteId, utf8(label), context, Buffer.of(1)]))
    .digest()
    .subarray(0, length);
