import { readReceiptCode } from '../../../protocol/record.ts';
import { CodedError } from '../../../shared/errors.ts';
import { normaliseDigits } from '../../../shared/phone/digits.ts';
import { judgeNumber } from '../../../shared/phone/judge.ts';
import { type PhoneNumber, phoneNumberSchema } from '../../../shared/phone/number.ts';
import type { Region } from '../../../shared/phone/plan.ts';
import type { PhoneRefusal } from '../../../shared/phone/verdict.ts';

/** Why a number cannot be read, for whoever typed it at head office; nothing of the number is in it. */
const reasons: Partial<Record<PhoneRefusal['code'], string>> = {
  number_too_short: 'It is too short.',
  number_too_long: 'It is too long.',
  number_impossible: 'There is no such number in that country.',
  number_unknown_country: 'No country has the code after the +.',
  number_extension: 'Leave the extension out.',
  number_emergency: 'That is an emergency number.',
};

export interface AskedNumber {
  /** What it can be, the likeliest first. */
  numbers: PhoneNumber[];
  /** request_malformed, naming the field: the answer where none of them is known. Null where the text is a number that exists. */
  refusal: CodedError | null;
}

/**
 * What a text means, in whatever way it is written: as dialled in the country, or international. An international one is also looked for
 * exactly as it stands, because a number that was kept may have left its numbering plan since.
 */
export function readAskedNumber(text: string, country: Region): AskedNumber {
  const verdict = judgeNumber(text, country, { use: 'stop', submitted: true });
  const read = normaliseDigits(text);
  const asWritten = phoneNumberSchema.safeParse(read.kind === 'digits' ? read.digits.replace(/^00/, '+') : '').data;
  const exact = asWritten === undefined ? [] : [asWritten];
  if (verdict.kind === 'ok') return { numbers: [verdict.number, ...exact], refusal: null };
  const code = verdict.kind === 'refused' ? verdict.code : 'number_empty';
  const why = (verdict.kind === 'refused' ? reasons[verdict.code] : undefined) ?? 'It is no phone number.';
  const how = `Write it as it is dialled in ${country}, or with + and the country code; "country" names another country.`;
  return {
    numbers: exact,
    refusal: new CodedError('request_malformed', { at: '/number', reason: code, words: `${why} ${how}` }),
  };
}

/** @throws CodedError request_malformed, naming the field */
export function readAskedReceipt(text: string): Buffer {
  const bits = readReceiptCode(text);
  if (bits !== null) return bits;
  const words = 'A receipt code has eight letters and digits, such as 7K3M-Q0XV.';
  throw new CodedError('request_malformed', { at: '/receiptCode', reason: 'receipt_code_malformed', words });
}
