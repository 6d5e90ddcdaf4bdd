import { describe, expect, it } from 'vitest';
import type { Countries } from '../../../shared/phone/countries.ts';
import { judgeNumber } from '../../../shared/phone/judge.ts';
import { countryOf, movedTo } from '../../../shared/phone/read.ts';
import { exampleMobile, regions } from '../../../shared/phone/regions.ts';

const keyByKey = (text: string, chosen: Parameters<typeof countryOf>[1]): string =>
  [...text].map((_, at) => countryOf(text.slice(0, at + 1), chosen)).join(' ');

describe('found 11: the country beside the number follows what is typed', () => {
  it.each([
    ['+33612', 'GB', 'GB GB FR FR FR FR'],
    ['0033612', 'GB', 'GB GB GB FR FR FR FR'],
    ['01133612', 'US', 'US US US US FR FR FR FR'],
    ['+447400', 'GB', 'GB GB GB GB GB GB GB'],
    ['07781123456', 'GB', `${'GB '.repeat(10)}GB`],
    ['+1506234567', 'GB', `GB ${'US '.repeat(9)}US`],
    ['+15062345678', 'GB', `GB ${'US '.repeat(10)}CA`],
    ['+15062345678', 'US', `${'US '.repeat(11)}US`],
    ['0690001234', 'FR', `${'FR '.repeat(9)}GP`],
    ['+999', 'GB', 'GB GB GB GB'],
    ['+881', 'GB', 'GB GB GB GB'],
    ['0082', 'KR', 'KR KR KR KR'],
    ['+0044', 'FR', 'FR FR FR FR GB'],
  ] as const)('%s in %s', (text, chosen, countries) => {
    expect(keyByKey(text, chosen)).toBe(countries);
  });

  it('and goes back when it is deleted', () => {
    const states = ['+33', '+3', '+', ''].map((text) => countryOf(text, 'GB'));
    expect(states).toEqual(['FR', 'GB', 'GB', 'GB']);
  });

  it('names the country of every mobile that is written with a plus, in any shop', () => {
    for (const { region, callingCode } of regions()) {
      const digits = exampleMobile(region)?.international.replace(/[^+\d]/g, '') ?? '';
      const verdict = judgeNumber(digits, undefined, { use: 'texts', submitted: true });
      if (verdict.kind !== 'ok') continue;
      for (const shop of ['GB', 'DE', 'US', 'KR'] as const) {
        const own = regions().some((each) => each.region === shop && each.callingCode === callingCode);
        expect(countryOf(digits, shop)).toBe(own ? shop : verdict.region);
      }
    }
  });

  it.each([
    ['DE', '+33612345678', 'GB', '+49612345678'],
    ['DE', '0033612', 'GB', '+49612'],
    ['DE', '+33', 'GB', ''],
    ['FR', '+33612', 'GB', '+33612'],
    ['CA', '+1506', 'GB', '+1506'],
    ['DE', '0612', 'GB', '0612'],
    ['DE', '+', 'GB', '+'],
    ['DE', '', 'GB', ''],
    ['FR', '0690001234', 'GB', '0690001234'],
    ['DE', '+447400', 'GB', '+497400'],
  ] as const)('whoever then says by hand that it is %s gets, from %s in %s, %s', (next, typed, chosen, after) => {
    expect(movedTo(next, typed, chosen)).toBe(after);
    expect(['', next]).toContain(after.startsWith('+') && after.length > 2 ? countryOf(after, next) : next);
  });
});

describe('found 12: which countries a shop takes', () => {
  const judge = (text: string, use: 'texts' | 'calls' | 'stop', accepted: Countries, texted: Countries) =>
    judgeNumber(text, 'GB', { use, submitted: true, countries: { accepted, texted } });

  it('is said of a number of another one, with those that are taken for this', () => {
    const refused = { kind: 'refused', code: 'number_country' };
    expect(judge('+33612345678', 'texts', ['GB', 'DE'], 'all')).toEqual({
      ...refused,
      details: { region: 'FR', countries: ['GB', 'DE'] },
    });
    expect(judge('+33612345678', 'texts', ['GB', 'FR'], ['GB'])).toEqual({
      ...refused,
      details: { region: 'FR', countries: ['GB'] },
    });
    expect(judge('+33612345678', 'calls', ['GB', 'FR'], ['GB'])).toMatchObject({ kind: 'ok' });
    expect(judge('+33612345678', 'texts', 'all', ['GB'])).toMatchObject(refused);
  });

  it('says nothing of it before the number is whole, and goes by the number and not by the chosen country', () => {
    const countries = { accepted: ['GB'], texted: 'all' } as const;
    expect(judgeNumber('+3361234567', 'GB', { use: 'texts', countries }).kind).toBe('incomplete');
    expect(judgeNumber('+33612345678', 'GB', { use: 'texts', countries })).toMatchObject({ code: 'number_country' });
    expect(judgeNumber('07781 123456', 'GB', { use: 'texts', countries })).toMatchObject({
      code: 'number_country',
      details: { region: 'GG' },
    });
  });

  it('never keeps anybody from stopping, whatever the number is', () => {
    for (const number of [
      '+33612345678',
      '+2250101234567',
      '+881612345678',
      '+33892123456',
      '0800 1111',
      '07012345678',
    ]) {
      expect(judge(number, 'stop', ['GB'], ['GB']), number).toMatchObject({ kind: 'ok' });
    }
  });
});
