import metadata from 'libphonenumber-js/max/metadata';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/phone/number.ts';
import { compilePattern, digitsMissing } from '../../../shared/phone/pattern.ts';
import { callingCodeOf, patternOf } from '../../../shared/phone/plan.ts';
import { regions } from '../../../shared/phone/regions.ts';
import { googleExamples } from './google.ts';

const types = ['MOBILE', 'FIXED_LINE', 'VOIP'] as const;

describe('digitsMissing', { timeout: 60_000 }, () => {
  it.each([
    ['\\d{3}', [3], '', 3],
    ['\\d{3}', [3], '12', 1],
    ['\\d{3}', [3], '123', 0],
    ['\\d{3}', [3], '1234', null],
    ['1[2-4]|25?', [1, 2], '1', 1],
    ['1[2-4]|25?', [1, 2], '15', null],
    ['1[2-4]|25?', [1, 2], '2', 0],
    ['1[2-4]|25?', [2], '2', 1],
    ['(?:12){2,3}', [4, 6], '12', 2],
    ['(?:12){2,3}', [6], '1212', 2],
    ['(?:12){2,3}', [4], '121', 1],
    ['(?:1|[3-59])\\d', [2], '6', null],
  ] as const)('%s of lengths %j, typed %j: %j', (source, lengths, typed, missing) => {
    expect(digitsMissing(compilePattern(source, lengths), typed)).toBe(missing);
  });

  it.each(['a', '1*', '1+', '[^1]', '(1)', '(?:1', '1)', '^1', '\\w', '1{2,}'])('refuses to compile %s', (source) => {
    expect(() => compilePattern(source, [1])).toThrow('unsupported number pattern');
  });

  it('compiles every pattern of every plan', () => {
    const plans = [...Object.values(metadata.countries), ...Object.values(metadata.nonGeographic)];
    const sources = plans.flatMap((plan) => [
      plan[2],
      ...(plan[11] ?? []).map((type: unknown[] | 0) => (type ? type[0] : '')),
    ]);
    const texts = sources.filter((source): source is string => typeof source === 'string' && source !== '');
    expect(texts.length).toBeGreaterThan(1000);
    for (const source of texts) expect(() => compilePattern(source, [9])).not.toThrow();
  });

  it('sees every example number as whole, and every beginning of it as lacking no more than the rest', () => {
    let checked = 0;
    for (const { number } of googleExamples()) {
      const { line, region, type } = classify(number);
      if (region === null || (line === 'other' && type !== 'VOIP') || line === 'none') continue;
      const national = number.slice(callingCodeOf(region).length + 1);
      const own = types.map((each) => patternOf(region, each)).filter((each) => each !== null);
      for (let length = 0; length <= national.length; length += 1) {
        const missing = own.map((pattern) => digitsMissing(pattern, national.slice(0, length)));
        const least = Math.min(...missing.map((each) => each ?? 99));
        expect(least).toBeLessThanOrEqual(national.length - length);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(5000);
  });

  it('knows the two regions without a mobile pattern of their own', () => {
    expect(patternOf('US', 'MOBILE')?.lengths).toEqual([10]);
    expect(patternOf('TA', 'MOBILE')).toBeNull();
    expect(regions().filter(({ region }) => patternOf(region, 'MOBILE') === null)).toHaveLength(1);
  });
});
