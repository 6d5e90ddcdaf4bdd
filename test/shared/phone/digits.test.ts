import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxDigits, maxInputLength, normaliseDigits, readTyped } from '../../../shared/phone/digits.ts';

function digitsOf(input: string): string {
  const read = normaliseDigits(input);
  return read.kind === 'digits' ? read.digits : read.code;
}

describe('normaliseDigits', { timeout: 60_000 }, () => {
  it.each([
    ['ASCII', 0x30],
    ['Arabic-Indic', 0x660],
    ['Extended Arabic-Indic', 0x6f0],
    ['N’Ko', 0x7c0],
    ['Devanagari', 0x966],
    ['Bengali', 0x9e6],
    ['Gurmukhi', 0xa66],
    ['Tamil', 0xbe6],
    ['Thai', 0xe50],
    ['Lao', 0xed0],
    ['Tibetan', 0xf20],
    ['Myanmar', 0x1040],
    ['Khmer', 0x17e0],
    ['Mongolian', 0x1810],
    ['Tai Tham Tham, next to another set', 0x1a90],
    ['full-width', 0xff10],
    ['Osmanya, beyond the BMP', 0x104a0],
    ['Adlam', 0x1e950],
    ['mathematical double-struck, one of five adjoining sets', 0x1d7d8],
  ])('reads %s digits', (_, zero) => {
    const all = Array.from({ length: 10 }, (_unused, value) => String.fromCodePoint(zero + value)).join('');
    expect(digitsOf(all)).toBe('0123456789');
  });

  it.each([
    ['+33 6 12-34.56/78', '+33612345678'],
    ['＋３３６', '+336'],
    ['(+33) 6', '+336'],
    ['\u202A+33 6\u202C\u200E\u200F\u2066', '+336'],
    ['06📱12😀34🇫🇷', '061234'],
    ['\uFE0F1\uFE0F\u20E3', '1'],
    ['06\uD83D12\uDE00', '0612'],
    ['0+6+1', '061'],
    ['++33', '+33'],
    ['+', '+'],
    ['²½Ⅷ①〇', ''],
    ['', ''],
  ])('%j gives %j', (input, digits) => {
    expect(digitsOf(input)).toBe(digits);
  });

  it('refuses a 10,000-digit paste without reading it', () => {
    const paste = '5'.repeat(10_000);
    expect(normaliseDigits(paste)).toEqual({ kind: 'refused', code: 'number_too_long', maximum: maxDigits });
    let read = 0;
    const watched = Object.assign(new String(paste), {
      *[Symbol.iterator]() {
        read += 1;
        yield '5';
      },
    });
    normaliseDigits(watched as unknown as string);
    expect(read).toBe(0);
  });

  it('takes the longest input and the most digits, and not one more', () => {
    expect(digitsOf('1'.repeat(maxDigits))).toHaveLength(maxDigits);
    expect(digitsOf('1'.repeat(maxDigits + 1))).toBe('number_too_long');
    expect(digitsOf('-'.repeat(maxInputLength))).toBe('');
    expect(digitsOf('-'.repeat(maxInputLength + 1))).toBe('number_too_long');
  });

  it('is idempotent, and gives only digits behind at most one plus', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[+＋٠-٩०-९0-9 ()-]{0,40}$/));
    fc.assert(
      fc.property(text, (input) => {
        const once = digitsOf(input);
        fc.pre(once !== 'number_too_long');
        expect(once).toMatch(/^\+?\d{0,20}$/);
        expect(digitsOf(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('readTyped', { timeout: 60_000 }, () => {
  it.each([
    ['tel:+33-6-12-34-56-78', '+33612345678'],
    ['TEL:%2B33612345678', '+33612345678'],
    ['tel:612345678;phone-context=+33', '+33612345678'],
    ['tel:+33612345678;phone-context=+44', '+33612345678'],
    ['tel:0612345678;isub=1234', '0612345678'],
    ['tel:0612345678;phone-context=example.com', '0612345678'],
    ['Max: 06 12', '0612'],
  ])('%j gives %j', (input, digits) => {
    expect(readTyped(input)).toEqual({ kind: 'digits', digits });
  });

  it.each([
    '0123456789 ext. 12',
    '0123456789 x12',
    '0123456789#12',
    'tel:+33123456789;ext=12',
    '٠١٢٣٤٥ ext ١٢',
    '01 доб. 5',
  ])('refuses the extension in %j', (input) => {
    expect(readTyped(input)).toEqual({ kind: 'refused', code: 'number_extension' });
  });
});
