/** How people write a number, and numbers to write: for the tests of what a string of digits is. */
import { type PhoneNumber as ParsedNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { classify } from '../../../shared/phone/number.ts';
import { digitsMissing } from '../../../shared/phone/pattern.ts';
import { callingCodeOf, type NumberType, patternOf, type Region } from '../../../shared/phone/plan.ts';

/** Numbers between 0 and 1, always the same ones for a seed. */
export function repeatableRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

/** Some number of a region and type, or null if the region has none. */
export function someNumber(region: Region, type: NumberType, random: () => number): ParsedNumber | null {
  const pattern = patternOf(region, type);
  if (pattern === null) return null;
  let digits = '';
  while (digitsMissing(pattern, digits) !== 0) {
    const next = [...'0123456789'].filter((digit) => digitsMissing(pattern, digits + digit) !== null);
    digits += next[Math.floor(random() * next.length)] ?? '';
  }
  const number = `+${callingCodeOf(region)}${digits}`;
  const parsed = parsePhoneNumberFromString(number);
  return parsed !== undefined && classify(number).valid ? parsed : null;
}

/** The number as it is keyed in, digit by digit, in a shop of its own region. */
export function keyings(number: ParsedNumber): Readonly<Record<string, string>> {
  const national = number.formatNational().replace(/\D/g, '');
  const { countryCallingCode: code, nationalNumber: own } = number;
  return {
    'as at home': national,
    'without trunk prefix': own,
    'with a plus': `+${code}${own}`,
    'with 00': `00${code}${own}`,
    'without the plus': `${code}${own}`,
    'with a plus and the trunk prefix': `+${code}${national}`,
    'with 00 and the trunk prefix': `00${code}${national}`,
    'with a plus and 00': `+00${code}${own}`,
  };
}

/** The same digits as people set them off on paper. */
export function spacings(digits: string): readonly string[] {
  const inPairs = digits.replace(/(\d\d)(?=\d)/g, '$1 ');
  const withHyphens = digits.replace(/(\d{3})(?=\d)/g, '$1-');
  const inBrackets = digits.replace(/^(\+?\d{3})(\d+)/, '($1) $2');
  const arabic = digits.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)));
  return [digits, inPairs, withHyphens, inBrackets, inPairs.replaceAll(' ', '.'), `\u200E${inPairs}\u00A0`, arabic];
}
