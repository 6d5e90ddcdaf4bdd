import { describe, expect, it } from 'vitest';
import { generateSealKey, importSealKeyPair, padBody, prepareSeal } from '../../protocol/seal.ts';
import { Unsealer } from '../../server/modules/opening/unseal.ts';

describe('what the kiosk seals, by a library, the server opens by Node', () => {
  it('every length of body and header', async () => {
    const stored = await generateSealKey();
    const unsealer = new Unsealer({ publicKey: stored.publicKey, pair: await importSealKeyPair(stored) });
    for (const text of ['{}', '{"a":"é😀"}', `{"a":"${'x'.repeat(5_000)}"}`]) {
      const header = JSON.stringify({ header: text.slice(0, 20) });
      const sealed = await (await prepareSeal(stored.publicKey)).seal(padBody(text), header);
      expect(unsealer.open(sealed, header).trimEnd()).toBe(text);
    }
  });

  it('refuses each changed byte, another header, another key, and keys that give nothing away', async () => {
    const [stored, other] = [await generateSealKey(), await generateSealKey()];
    const unsealerOf = async (key: typeof stored) =>
      new Unsealer({ publicKey: key.publicKey, pair: await importSealKeyPair(key) });
    const [right, wrong] = [await unsealerOf(stored), await unsealerOf(other)];
    const sealed = await (await prepareSeal(stored.publicKey)).seal(padBody('{}'), 'header');
    expect(right.open(sealed, 'header').trimEnd()).toBe('{}');
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => right.open(changed, 'header')).toThrow();
    }
    expect(() => right.open(sealed, 'another')).toThrow();
    expect(() => wrong.open(sealed, 'header')).toThrow();
    // Points of low order, whose shared secret is all zeros whatever the private key (RFC 7748, section 6.1).
    for (const low of [0, 1]) {
      const weak = Uint8Array.from(sealed).fill(0, 0, 32);
      weak[0] = low;
      expect(() => right.open(weak, 'header')).toThrow();
    }
    for (const length of [0, 16, 31, 32, 47]) expect(() => right.open(sealed.slice(0, length), 'header')).toThrow();
  });
});
