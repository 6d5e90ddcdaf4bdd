import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { describe, expect, it } from 'vitest';
import {
  generateSealKey,
  importSealPrivateKey,
  openSealed,
  padBody,
  paddingBytes,
  prepareSeal,
  sealSuite,
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

const suites: Record<string, CipherSuite> = {
  'AES-256-GCM': sealSuite,
  'AES-128-GCM': new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
};

describe('RFC 9180 vectors', () => {
  for (const vector of rfc9180.vectors) {
    const suite = suites[vector.aead];
    if (suite === undefined) throw new Error(`no suite for ${vector.aead}`);

    it(`${vector.aead}: seals to the published bytes`, async () => {
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
      it(`${vector.aead}: opens the published bytes`, async () => {
        const recipientKey = await suite.kem.deserializePrivateKey(bytes(skRm));
        const enc = publicOf(vector.skEm);
        const context = await suite.createRecipientContext({ recipientKey, enc, info: bytes(vector.info) });
        expect(Buffer.from(await context.open(bytes(vector.ct), bytes(vector.aad))).toString('hex')).toBe(vector.pt);
      });
    }
  }
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

  it('is for one record', async () => {
    const seal = await prepareSeal((await generateSealKey()).publicKey);
    await seal.seal(padBody('{}'), '{}');
    await expect(seal.seal(padBody('{}'), '{}')).rejects.toThrow('for one record');
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
