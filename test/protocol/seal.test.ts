import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { describe, expect, it } from 'vitest';
import { prepareMessage, sealSuite } from '../../protocol/hpke.ts';
import {
  generateSealKey,
  importSealPrivateKey,
  openSealed,
  padBody,
  paddingBytes,
  prepareSeal,
} from '../../protocol/seal.ts';
import rfc9180 from '../vectors/rfc9180.json' with { type: 'json' };

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Raw X25519 public key of a raw private key, by Node's own crypto. */
function publicOf(privateHex: string): Uint8Array<ArrayBuffer> {
  const der = Buffer.concat([bytes('302e020100300506032b656e04220420'), bytes(privateHex)]);
  const spki = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({
    type: 'spki',
    format: 'der',
  });
  return Uint8Array.from(spki.subarray(12));
}

describe('RFC 9180 vectors', () => {
  for (const vector of rfc9180.vectors) {
    const aead = vector.aead === 'AES-256-GCM' ? new Aes256Gcm() : new Aes128Gcm();
    const suites = {
      'the library': new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead }),
    };
    const ours = vector.aead === 'AES-256-GCM' ? { 'our suite': sealSuite } : {};
    for (const [who, suite] of Object.entries({ ...suites, ...ours })) {
      it(`${vector.aead}: ${who} seals to the published bytes`, async () => {
        const ekm = {
          privateKey: await suite.kem.deserializePrivateKey(bytes(vector.skEm)),
          publicKey: await suite.kem.deserializePublicKey(publicOf(vector.skEm)),
        };
        const recipientPublicKey = await suite.kem.deserializePublicKey(bytes(vector.pkRm));
        const context = await suite.createSenderContext({ recipientPublicKey, info: bytes(vector.info), ekm });
        const ciphertext = await context.seal(bytes(vector.pt), bytes(vector.aad));
        expect(Buffer.from(ciphertext).toString('hex')).toBe(vector.ct);
        if (vector.pkEm !== undefined) expect(Buffer.from(context.enc).toString('hex')).toBe(vector.pkEm);
      });

      if (vector.skRm !== undefined) {
        const { skRm } = vector;
        it(`${vector.aead}: ${who} opens the published bytes`, async () => {
          const recipientKey = await suite.kem.deserializePrivateKey(bytes(skRm));
          const context = await suite.createRecipientContext({
            recipientKey,
            enc: publicOf(vector.skEm),
            info: bytes(vector.info),
          });
          expect(Buffer.from(await context.open(bytes(vector.ct), bytes(vector.aad))).toString('hex')).toBe(vector.pt);
        });
      }
    }
  }

  it('AES-256-GCM: a message made ready in advance seals to the published bytes, once', async () => {
    const vector = rfc9180.vectors.find(({ aead }) => aead === 'AES-256-GCM');
    if (vector === undefined) throw new Error('no vector');
    const { kem } = sealSuite;
    const ekm = {
      privateKey: await kem.deserializePrivateKey(bytes(vector.skEm)),
      publicKey: await kem.deserializePublicKey(publicOf(vector.skEm)),
    };
    const recipientPublicKey = await kem.deserializePublicKey(bytes(vector.pkRm));
    const message = await prepareMessage({ recipientPublicKey, info: bytes(vector.info), ekm });
    expect(message.seal(bytes(vector.pt), bytes(vector.aad)).toString('hex')).toBe(vector.ct);
    expect(() => message.seal(bytes(vector.pt), bytes(vector.aad))).toThrow();
  });

  it('our suite and the library agree on every derived secret', async () => {
    const [kem, kdf, aead] = [new DhkemX25519HkdfSha256(), new HkdfSha256(), new Aes256Gcm()];
    const theirs = new CipherSuite({ kem, kdf, aead });
    const pair = await theirs.kem.generateKeyPair();
    const sender = await sealSuite.createSenderContext({ recipientPublicKey: pair.publicKey });
    const recipient = await theirs.createRecipientContext({ recipientKey: pair, enc: sender.enc });
    for (const length of [1, 32, 33, 100]) {
      const context = bytes('00ff');
      expect(await recipient.export(context, length)).toEqual(await sender.export(context, length));
    }
    for (const text of ['first', 'second']) {
      expect(Buffer.from(await recipient.open(await sender.seal(Buffer.from(text)))).toString()).toBe(text);
    }
  });
});

describe('our seal', () => {
  it('opens with the private key and the same header, and only so', async () => {
    const key = await generateSealKey();
    const privateKey = await importSealPrivateKey(key.privateKey);
    const sealed = await (await prepareSeal(key.publicKey)).seal(padBody('{"number":"+447400123456"}'), '{"header":1}');
    expect(JSON.parse(await openSealed(sealed, '{"header":1}', privateKey))).toEqual({ number: '+447400123456' });
    await expect(openSealed(sealed, '{"header":2}', privateKey)).rejects.toThrow();
    const other = await importSealPrivateKey((await generateSealKey()).privateKey);
    await expect(openSealed(sealed, '{"header":1}', other)).rejects.toThrow();
    for (const index of [0, 31, 32, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await expect(openSealed(changed, '{"header":1}', privateKey)).rejects.toThrow();
    }
  });

  it('gives two bodies that differ in length the same length, and the same body other bytes each time', async () => {
    const { publicKey } = await generateSealKey();
    const seal = async (body: string) => (await prepareSeal(publicKey)).seal(padBody(body), '{}');
    const [short, long, again] = [await seal('{"a":1}'), await seal('{"a":"+447400123456"}'), await seal('{"a":1}')];
    expect(short.length).toBe(long.length);
    expect(short.length).toBe(32 + paddingBytes + 16);
    expect(Buffer.from(short).equals(again)).toBe(false);
  });
});
