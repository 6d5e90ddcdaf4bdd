import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, isCanonicalJson, type Json } from '../../protocol/canonical.ts';

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 code units and writes numbers as ECMAScript does (RFC 8785 section 3.2)', () => {
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude00': 4, '\u0080': 5, '\ufb33': 6 })).toBe(
      '{"\\r":2,"1":3,"\u0080":5,"\u20ac":1,"\ud83d\ude00":4,"\ufb33":6}',
    );
    expect(canonicalJson([333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    );
  });

  it('refuses what JSON cannot hold instead of leaving it out', () => {
    expect(() => canonicalJson({ a: undefined } as unknown as Json)).toThrow(TypeError);
    expect(() => canonicalJson([Number.NaN])).toThrow(TypeError);
    expect(() => canonicalJson({ a: [{ b: 1n }] } as unknown as Json)).toThrow(TypeError);
  });

  // Two thousand values take seconds, and many of them on a machine that is busy.
  it('round-trips every JSON value, and the order of keys does not matter', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = canonicalJson(value as Json);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
          expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()) as Json)).toBe(text);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is recognised as such, and nothing else is', { timeout: 60_000 }, () => {
    const spellings = [
      (value: Json) => canonicalJson(value),
      (value: Json) => JSON.stringify(value),
      (value: Json) => JSON.stringify(value, null, 1),
      (value: Json) => canonicalJson(value).replace(/\d/, '$&.0'),
    ];
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(...spellings), (value, spell) => {
        const text = spell(value as Json);
        let parsed: Json;
        try {
          parsed = JSON.parse(text);
        } catch {
          return;
        }
        expect(isCanonicalJson(text, parsed)).toBe(canonicalJson(parsed) === text);
      }),
      { numRuns: 2_000 },
    );
    expect(isCanonicalJson('{"b":1,"a":2}', { b: 1, a: 2 })).toBe(false);
    expect(isCanonicalJson('{"a":1,"a":2}', { a: 2 })).toBe(false);
    expect(isCanonicalJson('{"a":-0}', { a: -0 })).toBe(false);
    expect(isCanonicalJson('{"10":1,"9":2}', { 10: 1, 9: 2 })).toBe(true);
  });
});
