import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterKey, afterPaste } from '../../../renderer/flow/typing.ts';
import { type JudgeOptions, judgeNumber } from '../../../shared/phone/judge.ts';
import { classify } from '../../../shared/phone/number.ts';
import { callingCodeOf, type Region } from '../../../shared/phone/plan.ts';
import { regions } from '../../../shared/phone/regions.ts';
import type { PhoneUse, PhoneVerdict } from '../../../shared/phone/verdict.ts';
import { keyings, repeatableRandom, someNumber, spacings } from './ways.ts';

const uses: readonly PhoneUse[] = ['texts', 'calls', 'stop'];
/** Many more were tried once; `MOBILES_PER_REGION=192` tries as many again. */
const mobilesPerRegion = Number(process.env.MOBILES_PER_REGION ?? 4);
const timeout = 60_000 + mobilesPerRegion * 20_000;

const judged = (text: string, region: Region, use: PhoneUse, options: Partial<JudgeOptions> = {}) =>
  judgeNumber(text, region, { use, submitted: true, ...options });
const numberIn = (verdict: PhoneVerdict): string | null => (verdict.kind === 'ok' ? verdict.number : null);

/** As the number field has it after a paste. */
const pasted = (text: string): string => afterPaste('', text).typed ?? '';
/** As the number field has it after the keys, one by one. */
const typed = (text: string): string => [...text].reduce(afterKey, '');

/** Every number that the digits are on some screen. More than one is a fault. */
function readingsOf(text: string, region: Region): Set<string> {
  const numbers = uses.flatMap((use) => [
    numberIn(judged(text, region, use)),
    numberIn(judged(typed(text), region, use)),
    numberIn(judged(pasted(text), region, use)),
    numberIn(judged(typed(text), region, use, { submitted: false })),
  ]);
  return new Set(numbers.filter((number) => number !== null));
}

/** Gabon is left out where a number is compared with itself: seven digits of its old plan, shown with a 0 in front, are a number of its new one. */
describe('found 14: one string of digits is one number in a shop', { timeout }, () => {
  it('whatever it is wanted for, typed or pasted, for mobiles of all regions in every way of writing', () => {
    const random = repeatableRandom(14);
    const faults: string[] = [];
    let inputs = 0;
    for (const { region } of regions()) {
      for (let at = 0; at < mobilesPerRegion; at += 1) {
        const mobile = someNumber(region, 'MOBILE', random);
        if (mobile === null) continue;
        for (const [way, digits] of Object.entries(keyings(mobile))) {
          inputs += 1;
          const texts = spacings(digits);
          const readings = readingsOf(texts[Math.floor(random() * texts.length)] ?? digits, region);
          const agreed = numberIn(judged(digits, region, 'texts'));
          if (readings.size > 1 || (agreed !== null && !readings.has(agreed))) {
            faults.push(`${region} ${way} ${digits}: ${[...readings].join(' or ')}`);
          }
        }
      }
    }
    expect(faults).toEqual([]);
    expect(inputs).toBeGreaterThan(mobilesPerRegion * 1_900);
    if (process.env.MOBILES_PER_REGION !== undefined) console.info(`${inputs} inputs`);
  });

  it('and a mobile is itself in each of these ways', () => {
    const random = repeatableRandom(8);
    const others: string[] = [];
    for (const { region } of regions()) {
      if (region === 'GA') continue;
      for (let at = 0; at < mobilesPerRegion; at += 1) {
        const mobile = someNumber(region, 'MOBILE', random);
        if (mobile === null || !['mobile', 'either'].includes(classify(mobile.number).line)) continue;
        for (const [way, digits] of Object.entries(keyings(mobile))) {
          const agreed = numberIn(judged(digits, region, 'texts'));
          if (agreed !== mobile.number) others.push(`${region} ${way} ${digits}: ${agreed}`);
        }
      }
    }
    expect(others).toEqual([]);
  });

  it('for any digits in any shop', () => {
    const anyRegion = fc.constantFrom(...regions().map(({ region }) => region));
    const someDigits = fc.stringMatching(/^(\+{0,2}|00|\+00|011|0|0xx)\d{1,17}$/);
    // What is a number more often: the shop's own calling code in front.
    const ownCode = fc
      .tuple(anyRegion, fc.constantFrom('', '0', '00', '+', '+00'), fc.stringMatching(/^\d{5,13}$/))
      .map(([region, prefix, rest]) => ({ region, text: `${prefix}${callingCodeOf(region)}${rest}` }));
    const input = fc.oneof(fc.record({ region: anyRegion, text: someDigits }), ownCode);
    let numbers = 0;
    fc.assert(
      fc.property(input, ({ region, text }) => {
        const readings = readingsOf(text, region);
        expect(readings.size).toBeLessThan(2);
        numbers += readings.size;
      }),
      { numRuns: 400 * mobilesPerRegion },
    );
    expect(numbers).toBeGreaterThan(30);
  });

  it('and whatever can agree can stop', () => {
    const random = repeatableRandom(3);
    for (const { region } of regions()) {
      for (const type of ['MOBILE', 'FIXED_LINE', 'VOIP'] as const) {
        const number = someNumber(region, type, random);
        if (number === null) continue;
        for (const digits of Object.values(keyings(number))) {
          const calls = numberIn(judged(digits, region, 'calls'));
          if (calls !== null) expect(numberIn(judged(digits, region, 'stop'))).toBe(calls);
        }
      }
    }
  });
});

/** On each screen: to be texted, to be called, to be left alone. */
const onEachScreen = (text: string, region: Region) => uses.map((use) => numberIn(judged(text, region, use)));

describe('found 8: digits that could be two numbers of one country', () => {
  it('are the mobile, agreeing and stopping', () => {
    expect(onEachScreen('4915123456651', 'DE')).toEqual(['+4915123456651', '+4915123456651', '+4915123456651']);
  });

  it.each(['04915123456651', '+494915123456651', '00494915123456651', '494915123456651'])(
    'and the landline can be said: %s',
    (text) => {
      expect(onEachScreen(text, 'DE')).toEqual([null, '+494915123456651', '+494915123456651']);
      expect(judged(text, 'DE', 'texts')).toMatchObject({ code: 'number_landline' });
    },
  );
});

describe('found 9: an international prefix in front of the own calling code', () => {
  it.each([
    ['0082 010 1234 5678', 'KR', '+821012345678'],
    ['0082 10 1234 5678', 'KR', '+821012345678'],
    ['+82 010 1234 5678', 'KR', '+821012345678'],
    // A landline of the own country comes before a mobile of another: of Liberia, behind 008.
    ['0082 31 575 1692', 'KR', '+82315751692'],
    ['005 79408645559', 'CO', '+579408645559'],
    ['0066 858 568 867', 'TH', '+66858568867'],
    ['0066 0149 392 456', 'TH', '+66149392456'],
    ['0055 66 91323 9597', 'BR', '+5566913239597'],
    ['+44 (0)7400 123456', 'GB', '+447400123456'],
    ['+44 (0)7400 123456', 'US', '+447400123456'],
    ['0049 0151 23456789', 'DE', '+4915123456789'],
    ['0049 (0)151 23456789', 'FR', '+4915123456789'],
    ['0041 44 668 18 00', 'BR', '+41446681800'],
    ['00 1 202 555 0123', 'KR', '+12025550123'],
  ] as const)('%s in %s is %s', (text, region, number) => {
    expect(new Set([...readingsOf(text, region)])).toEqual(new Set([number]));
  });
});

describe('found 10: real numbers as people write them', () => {
  it.each([
    ['0690 00 12 34', 'FR', '+590690001234', 'GP'],
    ['0694 00 12 34', 'FR', '+594694001234', 'GF'],
    ['0696 00 12 34', 'FR', '+596696001234', 'MQ'],
    ['0692 00 12 34', 'FR', '+262692001234', 'RE'],
    ['0693 00 12 34', 'FR', '+262693001234', 'RE'],
    ['0639 00 12 34', 'FR', '+262639001234', 'YT'],
    ['690 00 12 34', 'FR', '+590690001234', 'GP'],
    ['+33 690 00 12 34', 'FR', '+590690001234', 'GP'],
    ['+33 690 00 12 34', 'DE', '+590690001234', 'GP'],
    ['0508 55 12 34', 'FR', '+508551234', 'PM'],
    ['06 12 34 56 78', 'RE', '+33612345678', 'FR'],
    ['0690 00 12 34', 'MQ', '+590690001234', 'GP'],
    ['06 12 34 56 78', 'PM', '+33612345678', 'FR'],
    ['11 2345 6789', 'AR', '+5491123456789', 'AR'],
    ['0 11 15 2345 6789', 'AR', '+5491123456789', 'AR'],
    ['9 11 2345 6789', 'AR', '+5491123456789', 'AR'],
    ['+54 9 11 2345 6789', 'AR', '+5491123456789', 'AR'],
    ['+54 11 15 2345 6789', 'AR', '+5491123456789', 'AR'],
    ['(0xx11) 96123-4567', 'BR', '+5511961234567', 'BR'],
    ['(0XX11) 96123-4567', 'BR', '+5511961234567', 'BR'],
    ['0 xx 11 96123-4567', 'BR', '+5511961234567', 'BR'],
    ['+55 (0xx11) 96123-4567', 'BR', '+5511961234567', 'BR'],
    ['+0044 7400 123456', 'GB', '+447400123456', 'GB'],
    ['+0044 7400 123456', 'FR', '+447400123456', 'GB'],
    ['++44 7400 123456', 'FR', '+447400123456', 'GB'],
    ['+00 44 7400 123456', 'FR', '+447400123456', 'GB'],
    ['+011 44 7400 123456', 'US', '+447400123456', 'GB'],
    ['+06 12 34 56 78', 'FR', '+33612345678', 'FR'],
    ['+52 1 55 1234 5678', 'MX', '+525512345678', 'MX'],
    ['+52 1 55 1234 5678', 'US', '+525512345678', 'MX'],
    ['044 55 1234 5678', 'MX', '+525512345678', 'MX'],
    ['01 55 1234 5678', 'MX', '+525512345678', 'MX'],
  ] as const)('%s in %s', (text, region, number, country) => {
    expect(judged(text, region, 'texts')).toMatchObject({ kind: 'ok', number, region: country });
    expect([...readingsOf(text, region)]).toEqual([number]);
  });

  it.each(['0 11 2345 6789', '+54 11 2345 6789', '54 11 2345 6789'])(
    'and whoever has a landline there says %s',
    (text) => {
      expect(onEachScreen(text, 'AR')).toEqual([null, '+541123456789', '+541123456789']);
      expect(judged(text, 'AR', 'texts')).toMatchObject({ code: 'number_landline', details: { region: 'AR' } });
    },
  );

  it('and never complains on the way to them', () => {
    for (const [text, region] of [
      ['0690001234', 'FR'],
      ['0639001234', 'RE'],
      ['0612345678', 'PM'],
      ['1123456789', 'AR'],
      ['+0044740012345', 'FR'],
      ['+5215512345678', 'MX'],
    ] as const) {
      for (let length = 1; length < text.length; length += 1) {
        const verdict = judgeNumber(text.slice(0, length), region, { use: 'texts' });
        expect(verdict.kind, `${text.slice(0, length)} in ${region}`).not.toBe('refused');
      }
    }
  });

  it('but an extension is still none of the number', () => {
    for (const text of ['0612345678x12', '+33 6 12 34 56 78 x 12', '(11) 96123-4567 x10']) {
      expect(judged(text, 'FR', 'texts')).toMatchObject({ code: 'number_extension' });
    }
  });

  it('in every region that shares its calling code, as in the number’s own', () => {
    const random = repeatableRandom(10);
    const others: string[] = [];
    for (const { region: shop, callingCode } of regions()) {
      if (shop === 'GA') continue;
      for (const { region } of regions().filter((each) => each.callingCode === callingCode)) {
        const mobile = someNumber(region, 'MOBILE', random);
        if (mobile === null) continue;
        const national = mobile.formatNational().replace(/\D/g, '');
        const agreed = numberIn(judged(national, shop, 'texts'));
        if (agreed !== mobile.number) others.push(`${national} of ${region} in ${shop}: ${agreed}`);
      }
    }
    expect(others).toEqual([]);
  });
});
