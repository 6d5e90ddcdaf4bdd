import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAsYouType } from '../../../shared/phone/format.ts';
import { exampleMobile, regions } from '../../../shared/phone/regions.ts';

const anyRegion = fc.constantFrom(...regions().map(({ region }) => region));
const dialled = fc.stringMatching(/^\+?\d{0,20}$/);

function bare(text: string): string {
  return text.replace(/[^\d+]/g, '');
}

describe('formatAsYouType', { timeout: 60_000 }, () => {
  it.each([
    ['', 'FR', ''],
    ['0', 'FR', '0'],
    ['0612', 'FR', '06 12'],
    ['0612345678', 'FR', '06 12 34 56 78'],
    ['+', 'FR', '+'],
    ['+336', 'FR', '+33 6'],
    ['0033612', 'FR', '00 33 6 12'],
    ['2015550123', 'US', '(201) 555-0123'],
    ['07400123456', 'GB', '07400 123456'],
    ['٠٦١٢', 'FR', '06 12'],
    ['06 12', 'FR', '06 12'],
    ['+33612', undefined, '+33 6 12'],
    ['0612', undefined, '0612'],
  ] as const)('%j in %s is %j', (digits, region, formatted) => {
    expect(formatAsYouType(digits, region)).toBe(formatted);
  });

  it('gives back too long an input as it is', () => {
    const paste = '5'.repeat(10_000);
    expect(formatAsYouType(paste, 'FR')).toBe(paste);
  });

  it('never loses, adds or reorders a digit, whatever is typed', () => {
    const property = fc.property(dialled, anyRegion, (digits, region) => {
      expect(bare(formatAsYouType(digits, region))).toBe(digits);
    });
    fc.assert(property, { numRuns: 5000 });
  });

  it('never loses, adds or reorders a digit of any beginning of up to three keys in any region', () => {
    const beginnings = [1, 2, 3].flatMap((length) =>
      Array.from({ length: 10 ** length }, (_, value) => String(value).padStart(length, '0')),
    );
    const wrong = regions().flatMap(({ region }) =>
      beginnings
        .filter((digits) => bare(formatAsYouType(digits, region)) !== digits)
        .map((digits) => `${region} ${digits}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['04', 'CV'],
    ['02', 'WS'],
  ] as const)('shows %s in %s, on which the library throws', (digits, region) => {
    expect(formatAsYouType(digits, region)).toBe(digits);
  });

  it('groups a whole example number of every region as it is written there', () => {
    const differing = regions()
      .map(({ region }) => ({ region, written: exampleMobile(region)?.international ?? '' }))
      .filter(({ region, written }) => formatAsYouType(bare(written), region) !== written);
    expect(differing).toEqual([]);
  });

  it('groups the same whether typed key by key or pasted', () => {
    const property = fc.property(dialled, anyRegion, (digits, region) => {
      const typed = [...digits].reduce((shown, key) => formatAsYouType(shown + key, region), '');
      expect(typed).toBe(formatAsYouType(digits, region));
    });
    fc.assert(property, { numRuns: 500 });
  });
});
