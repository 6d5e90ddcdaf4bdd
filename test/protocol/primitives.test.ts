import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toText } from '../../protocol/bytes.ts';
import { bytesSchema } from '../../shared/primitives.ts';

describe('bytes inside JSON', () => {
  it('have exactly one spelling', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        const text = toText(bytes);
        const schema = bytesSchema(bytes.length);
        expect(schema.safeParse(text).success).toBe(true);
        const accepted = [...alphabet].filter((last) => {
          const other = text.slice(0, -1) + last;
          const same = Buffer.from(other, 'base64url').equals(Buffer.from(bytes));
          return same && schema.safeParse(other).success;
        });
        expect(accepted).toEqual([text.at(-1)]);
      }),
    );
  });

  it('have no padding, no other alphabet and the length that was asked for', () => {
    for (const wrong of ['AA==', 'A', 'AAAAA', 'a+b/', 'A AA', 'AAAA\n', '\nAAAA']) {
      for (let length = 1; length <= 5; length++) expect(bytesSchema(length).safeParse(wrong).success).toBe(false);
    }
    expect(bytesSchema(32).safeParse(toText(new Uint8Array(32))).success).toBe(true);
    expect(bytesSchema(32).safeParse(toText(new Uint8Array(31))).success).toBe(false);
    expect(bytesSchema(32).safeParse(toText(new Uint8Array(33))).success).toBe(false);
  });
});
