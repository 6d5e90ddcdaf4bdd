import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyCountry } from '../../../shared/phone/countries.ts';
import { judgeNumber } from '../../../shared/phone/judge.ts';
import { classify, phoneNumberSchema } from '../../../shared/phone/number.ts';
import { regions } from '../../../shared/phone/regions.ts';
import { refusalFor } from '../../../shared/phone/usable.ts';
import { type PhoneUse, phoneRefusalCodes } from '../../../shared/phone/verdict.ts';
import { googleExamples } from './google.ts';

const anyRegion = fc.constantFrom(...regions().map(({ region }) => region), undefined);
const uses: readonly PhoneUse[] = ['texts', 'calls', 'stop'];
const options = fc.record({ use: fc.constantFrom(...uses), submitted: fc.boolean() });
const examples = googleExamples().map(({ number }) => number);
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.stringMatching(/^[+＋0-9٠-٩ ();x#=a-z.-]{0,60}$/),
  fc.stringMatching(/^(\+|00|011|0)?\d{1,20}$/),
  fc.constantFrom(...examples),
  fc.tuple(fc.constantFrom(...examples), fc.integer({ min: 1, max: 15 })).map(([number, at]) => number.slice(at)),
);

describe('judgeNumber, for any text in any region', { timeout: 60_000 }, () => {
  it('never throws, and answers with a known kind and code', () => {
    fc.assert(
      fc.property(anyText, anyRegion, options, (input, region, how) => {
        const verdict = judgeNumber(input, region, how);
        if (verdict.kind === 'refused') expect(phoneRefusalCodes).toContain(verdict.code);
        if (verdict.kind === 'incomplete') {
          expect(how.submitted).toBe(false);
          expect(verdict.missing ?? 1).toSatisfy((missing: number) => Number.isInteger(missing) && missing > 0);
        }
        if (verdict.kind === 'refused' && verdict.code === 'number_too_short') {
          expect(verdict.details.missing).toSatisfy((missing: number) => Number.isInteger(missing) && missing > 0);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('never throws for the first two keys in any region', () => {
    const keys = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));
    for (const { region } of regions()) {
      for (const two of keys) expect(judgeNumber(two, region, { use: 'texts' }).kind).not.toBe('ok');
    }
  });

  it('accepts a number again in its E.164 form, in any region, typed or submitted, as the same number', () => {
    let accepted = 0;
    const property = fc.property(anyText, anyRegion, options, anyRegion, (input, region, how, elsewhere) => {
      const verdict = judgeNumber(input, region, how);
      if (verdict.kind !== 'ok') return;
      accepted += 1;
      expect(phoneNumberSchema.parse(verdict.number)).toBe(verdict.number);
      for (const again of [verdict.number, verdict.international]) {
        expect(judgeNumber(again, elsewhere, { ...how, submitted: !how.submitted })).toEqual(verdict);
      }
      const { line } = classify(verdict.number);
      if (how.use === 'texts') expect(['mobile', 'either']).toContain(line);
    });
    fc.assert(property, { numRuns: 5000 });
    expect(accepted).toBeGreaterThan(200);
  });

  it('says of every number that exists what the main process says of its kind alone', () => {
    for (const number of examples.filter((each) => classify(each).valid)) {
      for (const use of uses) {
        const verdict = judgeNumber(number, undefined, { use, submitted: true });
        const refusal = refusalFor(classify(number), use, everyCountry);
        if (refusal !== null) expect(verdict).toEqual(refusal);
        else expect(verdict).toMatchObject({ kind: 'ok', number });
      }
    }
  });

  it('accepts a number again in the national form it shows, in the number’s own region', () => {
    for (const number of examples) {
      const verdict = judgeNumber(number, undefined, { use: 'calls', submitted: true });
      if (verdict.kind !== 'ok') continue;
      expect(judgeNumber(verdict.national, verdict.region ?? undefined, { use: 'calls', submitted: true })).toEqual(
        verdict,
      );
    }
  });
});

describe('judgeNumber, for every example number', { timeout: 60_000 }, () => {
  it('accepts exactly the mobiles when texts are needed, and gives every other valid number its reason', () => {
    const reasons = {
      FIXED_LINE: 'number_landline',
      VOIP: 'number_landline',
      PREMIUM_RATE: 'number_premium',
      TOLL_FREE: 'number_toll_free',
      MOBILE: 'ok',
      FIXED_LINE_OR_MOBILE: 'ok',
      SHARED_COST: 'number_not_personal',
      PERSONAL_NUMBER: 'number_not_personal',
      PAGER: 'number_not_personal',
      UAN: 'number_not_personal',
      VOICEMAIL: 'number_not_personal',
    };
    for (const number of examples) {
      const { type, region } = classify(number);
      if (type === null) continue;
      const verdict = judgeNumber(number, 'FR', { use: 'texts', submitted: true });
      const noRegion = region === null && type !== 'TOLL_FREE' && type !== 'PREMIUM_RATE';
      const expected = noRegion ? 'number_not_personal' : reasons[type];
      expect(verdict.kind === 'refused' ? verdict.code : verdict.kind, `${number} ${type}`).toBe(expected);
    }
  });
});
