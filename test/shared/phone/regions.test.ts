import { describe, expect, it } from 'vitest';
import { judgeNumber } from '../../../shared/phone/judge.ts';
import { exampleMobile, regionName, regionSchema, regions, searchRegions } from '../../../shared/phone/regions.ts';

function found(query: string, locale: string): string[] {
  return searchRegions(query, locale).map(({ region }) => region);
}

describe('regions', { timeout: 60_000 }, () => {
  it('lists every region once, with its calling code', () => {
    const all = regions();
    expect(all).toHaveLength(245);
    expect(new Set(all.map(({ region }) => region)).size).toBe(245);
    expect(all.every(({ callingCode }) => /^[1-9]\d{0,2}$/.test(callingCode))).toBe(true);
    expect(all).toContainEqual({ region: 'FR', callingCode: '33' });
  });

  it('has an example for every region that is itself accepted for texts, national and international', () => {
    const without = regions().filter(({ region }) => {
      const example = exampleMobile(region);
      if (example === null) return true;
      return [example.national, example.international].some(
        (text) => judgeNumber(text, region, { use: 'texts', submitted: true }).kind !== 'ok',
      );
    });
    expect(without.map(({ region }) => region)).toEqual(['TA']);
    expect(exampleMobile('FR')).toEqual({ national: '06 12 34 56 78', international: '+33 6 12 34 56 78' });
  });

  it('has a schema for region codes', () => {
    expect(regionSchema.safeParse('FR').success).toBe(true);
    for (const other of ['fr', 'XX', '', 33, null]) expect(regionSchema.safeParse(other).success).toBe(false);
  });
});

describe('regionName', { timeout: 60_000 }, () => {
  it.each([
    ['DE', 'en', 'Germany'],
    ['DE', 'fr', 'Allemagne'],
    ['DE', 'es', 'Alemania'],
    ['DE', 'de-AT', 'Deutschland'],
    ['DE', 'ar', 'ألمانيا'],
    ['DE', 'no such language', 'Germany'],
    ['DE', '', 'Germany'],
    ['XK', 'en', 'Kosovo'],
    ['AC', 'en', 'Ascension Island'],
    ['TA', 'en', 'Tristan da Cunha'],
  ] as const)('%s in %j is %s', (region, locale, name) => {
    expect(regionName(region, locale)).toBe(name);
  });

  it('names every region in the five languages with something other than its code', () => {
    for (const locale of ['en', 'es', 'fr', 'de', 'ar']) {
      for (const { region } of regions()) expect(regionName(region, locale)).not.toBe(region);
    }
  });
});

describe('searchRegions', { timeout: 60_000 }, () => {
  it.each([
    ['reunion', 'fr', 'RE'],
    ['RÉUN', 'fr', 'RE'],
    ['cote d ivoire', 'fr', 'CI'],
    ["Côte d'Ivoire", 'fr', 'CI'],
    ['osterreich', 'de', 'AT'],
    ['Germany', 'fr', 'DE'],
    ['المانيا', 'ar', 'DE'],
    ['ألمانيا', 'ar', 'DE'],
    ['السعوديه', 'ar', 'SA'],
    ['uk', 'fr', 'GB'],
    ['usa', 'de', 'US'],
    ['turkey', 'en', 'TR'],
    ['fr', 'de', 'FR'],
    ['33', 'en', 'FR'],
    ['+33', 'en', 'FR'],
    ['+٣٣', 'ar', 'FR'],
    ['kingdom', 'en', 'GB'],
    ['+1', 'en', 'US'],
  ])('%j in %s finds %s', (query, locale, region) => {
    expect(found(query, locale)).toContain(region);
  });

  it('puts the best fit first', () => {
    expect(found('france', 'en')[0]).toBe('FR');
    expect(found('in', 'en')[0]).toBe('IN');
    expect(found('guinea', 'en')[0]).toBe('GN');
    expect(found('+3', 'en')).not.toContain('US');
    expect(found('+33', 'en')).toEqual(['FR']);
  });

  it('gives all regions, sorted as the language sorts, for an empty query', () => {
    for (const query of ['', '   ', '+', '.']) expect(searchRegions(query, 'de')).toHaveLength(245);
    const names = searchRegions('', 'de').map(({ name }) => name);
    expect(names).toEqual([...names].sort(new Intl.Collator('de').compare));
    expect(names.indexOf('Österreich')).toBeLessThan(names.indexOf('Polen'));
  });

  it('finds every region by its own name in the five languages', () => {
    for (const locale of ['en', 'es', 'fr', 'de', 'ar']) {
      for (const { region } of regions()) expect(found(regionName(region, locale), locale)).toContain(region);
    }
  });

  it('finds nothing for nonsense, and never throws', () => {
    for (const query of ['qqqq', '99999', '\uD800', '5'.repeat(10_000), '(((', '\\']) {
      expect(() => searchRegions(query, 'en')).not.toThrow();
    }
    expect(found('qqqq', 'en')).toEqual([]);
    expect(found('99999', 'en')).toEqual([]);
  });
});
