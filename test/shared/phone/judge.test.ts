import { describe, expect, it } from 'vitest';
import { type JudgeOptions, judgeNumber } from '../../../shared/phone/judge.ts';
import { type PhoneVerdict, phoneRefusalCodes } from '../../../shared/phone/verdict.ts';

const texts: JudgeOptions = { use: 'texts', submitted: true };
const calls: JudgeOptions = { use: 'calls', submitted: true };
const typing: JudgeOptions = { use: 'texts' };

function short(verdict: PhoneVerdict): string {
  if (verdict.kind === 'refused') return `${verdict.code} ${JSON.stringify(verdict.details)}`;
  return verdict.kind === 'ok' ? `${verdict.number} ${verdict.region}` : verdict.kind;
}

describe('accepted numbers', () => {
  it.each([
    ['0612345678', 'FR'],
    ['612345678', 'FR'],
    ['06 12 34 56 78', 'FR'],
    ['+33612345678', 'FR'],
    ['+33 (0)6 12 34 56 78', 'FR'],
    ['0033612345678', 'FR'],
    ['33612345678', 'FR'],
    ['+33612345678', 'US'],
    ['01133612345678', 'US'],
    ['0033612345678', 'US'],
    ['01033612345678', 'JP'],
    ['81033612345678', 'RU'],
    ['+33612345678', undefined],
    ['0033612345678', undefined],
    ['０６１２３４５６７８', 'FR'],
    ['٠٦١٢٣٤٥٦٧٨', 'FR'],
    ['۰۶۱۲۳۴۵۶۷۸', 'FR'],
    ['०६१२३४५६७८', 'FR'],
    ['\u200F\u202B06 12 34 56 78\u202C', 'FR'],
    ['📱 06 12 34 56 78 😀', 'FR'],
    ['06\uD83D12345678', 'FR'],
    ['tel:+33-6-12-34-56-78', 'US'],
  ] as const)('%j typed in %s is +33612345678', (input, region) => {
    expect(judgeNumber(input, region, texts)).toEqual({
      kind: 'ok',
      number: '+33612345678',
      national: '06 12 34 56 78',
      international: '+33 6 12 34 56 78',
      region: 'FR',
    });
  });

  it.each([
    ['(201) 555-0123', 'US', '+12015550123 US'],
    ['5062345678', 'US', '+15062345678 CA'],
    ['0 11 15 2345 6789', 'AR', '+5491123456789 AR'],
    ['0 15 11 96123 4567', 'BR', '+5511961234567 BR'],
    ['07781 123456', 'GB', '+447781123456 GG'],
  ] as const)('%j in %s is %s', (input, region, expected) => {
    expect(short(judgeNumber(input, region, texts))).toBe(expected);
  });
});

describe('refused numbers', () => {
  it.each([
    ['061234567', 'FR', 'number_too_short {"missing":1,"region":"FR"}'],
    ['0612345', 'FR', 'number_too_short {"missing":3,"region":"FR"}'],
    ['0', 'FR', 'number_too_short {"missing":9,"region":"FR"}'],
    ['+3361234567', 'US', 'number_too_short {"missing":1,"region":"FR"}'],
    ['+1506234567', 'CA', 'number_too_short {"missing":1,"region":"CA"}'],
    ['555-1234', 'US', 'number_too_short {"missing":3,"region":"US"}'],
    ['1-800-FLOWERS', 'US', 'number_too_short {"missing":6,"region":"US"}'],
    ['01511234567', 'DE', 'number_too_short {"missing":1,"region":"DE"}'],
    ['06123456789', 'FR', 'number_too_long {"surplus":1,"region":"FR","maximum":null}'],
    ['0151123456789', 'DE', 'number_too_long {"surplus":1,"region":"DE","maximum":null}'],
    ['5'.repeat(10_000), 'FR', 'number_too_long {"surplus":null,"region":null,"maximum":20}'],
    ['😀'.repeat(10_000), 'FR', 'number_too_long {"surplus":null,"region":null,"maximum":20}'],
    ['+8001234567890123', 'FR', 'number_too_long {"surplus":1,"region":null,"maximum":null}'],
    ['0000000000', 'FR', 'number_impossible {"region":"FR"}'],
    ['1234567890', 'US', 'number_too_short {"missing":1,"region":"US"}'], // 1 is the trunk prefix
    ['5551234567', 'FR', 'number_too_long {"surplus":1,"region":"FR","maximum":null}'],
    ['2011550123', 'US', 'number_impossible {"region":"US"}'],
    ['+80012', 'FR', 'number_impossible {"region":null}'],
    ['+999123456', 'FR', 'number_unknown_country {}'],
    ['+9', 'FR', 'number_unknown_country {}'],
    ['0612345678', undefined, 'number_unknown_country {}'],
    ['0612345678 ext. 12', 'FR', 'number_extension {}'],
    ['0123456789', 'FR', 'number_landline {"region":"FR","type":"FIXED_LINE"}'],
    ['+49 30 123456', 'FR', 'number_landline {"region":"DE","type":"FIXED_LINE"}'],
    ['0912345678', 'FR', 'number_landline {"region":"FR","type":"VOIP"}'],
    ['8999', 'TA', 'number_landline {"region":"TA","type":"FIXED_LINE"}'],
    ['0892123456', 'FR', 'number_premium {"region":"FR"}'],
    ['900-234-5678', 'US', 'number_premium {"region":"US"}'],
    ['+979123456789', 'US', 'number_premium {"region":null}'],
    ['0800123456', 'FR', 'number_toll_free {"region":"FR"}'],
    ['+80012345678', 'FR', 'number_toll_free {"region":null}'],
    ['0810123456', 'FR', 'number_not_personal {"region":"FR","type":"SHARED_COST"}'],
    ['07012345678', 'GB', 'number_not_personal {"region":"GB","type":"PERSONAL_NUMBER"}'],
    ['07640123456', 'GB', 'number_not_personal {"region":"GB","type":"PAGER"}'],
    ['+870301234567', 'FR', 'number_not_personal {"region":null,"type":"MOBILE"}'],
    ['112', 'FR', 'number_emergency {"number":"112"}'],
    ['911', 'US', 'number_emergency {"number":"911"}'],
    ['999', 'GB', 'number_emergency {"number":"999"}'],
    ['١١٢', 'FR', 'number_emergency {"number":"112"}'],
    ['15', 'FR', 'number_emergency {"number":"15"}'],
    ['000', 'AU', 'number_emergency {"number":"000"}'],
    ['110', 'CN', 'number_emergency {"number":"110"}'],
    ['112', undefined, 'number_emergency {"number":"112"}'],
  ] as const)('%j in %s: %s', (input, region, expected) => {
    expect(short(judgeNumber(input, region, texts))).toBe(expected);
  });

  it('uses every code of the tuple above', () => {
    expect(new Set(phoneRefusalCodes).size).toBe(phoneRefusalCodes.length);
    expect(phoneRefusalCodes).toHaveLength(11);
  });

  it.each([
    ['0123456789', 'FR', '+33123456789 FR'],
    ['0912345678', 'FR', '+33912345678 FR'],
    ['0892123456', 'FR', 'number_premium {"region":"FR"}'],
    ['0800123456', 'FR', 'number_toll_free {"region":"FR"}'],
    ['112', 'FR', 'number_emergency {"number":"112"}'],
  ] as const)('%j in %s, when calls are enough: %s', (input, region, expected) => {
    expect(short(judgeNumber(input, region, calls))).toBe(expected);
  });

  it.each(['', ' ', '+', '＋', '😀', '\u202E', 'FLOWERS', '\uD800'])('%j is empty, typed or submitted', (input) => {
    expect(judgeNumber(input, 'FR', texts)).toEqual({ kind: 'empty' });
    expect(judgeNumber(input, undefined, typing)).toEqual({ kind: 'empty' });
  });
});

describe('a calling code that many countries share', () => {
  it.each([
    ['+1 212', 'GB', 'US'],
    ['+7 495', 'FR', 'RU'],
    ['+44 7400', 'US', 'GB'],
    ['+1 212', 'CA', 'CA'],
  ] as const)('%s typed in %s is short for %s', (typed, chosen, named) => {
    expect(judgeNumber(typed, chosen, { use: 'texts', submitted: true })).toMatchObject({
      code: 'number_too_short',
      details: { region: named },
    });
  });
});
