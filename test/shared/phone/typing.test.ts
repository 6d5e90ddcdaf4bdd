import { describe, expect, it } from 'vitest';
import { type JudgeOptions, judgeNumber } from '../../../shared/phone/judge.ts';
import { classify } from '../../../shared/phone/number.ts';
import { hasMobiles, type Region, withoutNationalPrefix } from '../../../shared/phone/plan.ts';
import { exampleMobile, regions } from '../../../shared/phone/regions.ts';
import type { PhoneVerdict } from '../../../shared/phone/verdict.ts';
import { googleExamples } from './google.ts';

const typing: JudgeOptions = { use: 'texts' };

function short(verdict: PhoneVerdict): string {
  if (verdict.kind === 'incomplete') return `incomplete ${verdict.missing ?? '?'}`;
  return verdict.kind === 'refused' ? verdict.code : verdict.kind;
}

const withMobiles = regions().filter(({ region }) => hasMobiles(region));

/** The ways in which people key in a number: as at home, without trunk prefix, and with `+`, `00` or bare calling code. */
function keyings(region: Region): string[] {
  const example = exampleMobile(region);
  if (example === null) return [];
  const national = example.national.replace(/\D/g, '');
  const international = example.international.replace(/\D/g, '');
  return [national, withoutNationalPrefix(national, region), `+${international}`, `00${international}`, international];
}

/** For a busy machine, in milliseconds; alone the slowest takes a second. */
const timeout = 60_000;

describe('while typing', { timeout }, () => {
  it('never refuses a mobile of any region before its last key, in any way of keying it in', () => {
    const complaints: string[] = [];
    let keys = 0;
    for (const { region } of withMobiles) {
      for (const full of keyings(region)) {
        for (let length = 1; length <= full.length; length += 1) {
          const verdict = judgeNumber(full.slice(0, length), region, typing);
          const fine = length === full.length ? verdict.kind === 'ok' : verdict.kind !== 'refused';
          if (!fine) complaints.push(`${region} ${full.slice(0, length)}|${full.slice(length)} ${short(verdict)}`);
          keys += 1;
        }
      }
    }
    expect(complaints).toEqual([]);
    expect(keys).toBeGreaterThan(12_000);
  });

  it('never says that more digits are missing than are', () => {
    const wrong: string[] = [];
    for (const { region } of withMobiles) {
      for (const full of keyings(region)) {
        for (let length = 1; length < full.length; length += 1) {
          const verdict = judgeNumber(full.slice(0, length), region, typing);
          if (verdict.kind === 'incomplete' && (verdict.missing ?? 1) > full.length - length) {
            wrong.push(`${region} ${full.slice(0, length)}|${full.slice(length)} ${short(verdict)}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('takes every example line that may be called when texts are not needed, without a complaint on the way', () => {
    const complaints: string[] = [];
    for (const { number } of googleExamples()) {
      const { line, type, region } = classify(number);
      if (region === null || line === 'none' || (line === 'other' && type !== 'VOIP')) continue;
      for (let length = 1; length <= number.length; length += 1) {
        const verdict = judgeNumber(number.slice(0, length), 'US', { use: 'calls' });
        if (verdict.kind === 'refused') complaints.push(`${number.slice(0, length)} ${verdict.code}`);
      }
    }
    expect(complaints).toEqual([]);
  });

  it.each([
    [
      'FR',
      '0612345678',
      'incomplete 9,incomplete 8,incomplete 7,incomplete 6,incomplete 5,incomplete 4,incomplete 3,incomplete 2,incomplete 1,ok',
    ],
    ['FR', '0123456789', `${'incomplete,'.repeat(9)}number_landline`],
    ['DE', '03012345678', `${'incomplete,'.repeat(10)}number_landline`],
    ['FR', '0892123456', `${'incomplete,'.repeat(9)}number_premium`],
    ['FR', '06123456789', `${'incomplete,'.repeat(9)}ok,number_too_long`],
    ['US', '2011550123', `${'incomplete,'.repeat(9)}number_impossible`],
    ['FR', '+999', 'empty,incomplete,incomplete,number_unknown_country'],
    ['FR', '1123', 'incomplete,incomplete,incomplete,incomplete'],
    ['BR', '01511961234567', `${'incomplete,'.repeat(13)}ok`],
    ['AR', '0111523456789', `${'incomplete,'.repeat(12)}ok`],
  ] as const)('in %s, %s key by key', (region, full, expected) => {
    const verdicts = [...full].map((_, index) => short(judgeNumber(full.slice(0, index + 1), region, typing)));
    const shown = expected.includes('incomplete 9') ? verdicts : verdicts.map((each) => each.replace(/ .*/, ''));
    expect(shown.join()).toBe(expected);
  });

  it('turns what is incomplete into a reason when it is submitted', () => {
    const silent: string[] = [];
    for (const { region } of withMobiles) {
      for (const full of keyings(region)) {
        for (let length = 1; length < full.length; length += 1) {
          const draft = full.slice(0, length);
          const submitted = judgeNumber(draft, region, { use: 'texts', submitted: true });
          if (submitted.kind === 'incomplete') silent.push(`${region} ${draft}`);
        }
      }
    }
    expect(silent).toEqual([]);
  });
});
