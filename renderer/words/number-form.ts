import type { Region } from '../../shared/phone/plan.ts';
import type { EnteredNumber } from '../flow/context.ts';
import type { Phone } from '../flow/phone.tsx';

/**
 * An accepted number in the form in which it was typed: whoever typed 07400 … has to find it again. Where the digits are not
 * simply the national number, as after 0044, it is shown as it was understood.
 */
export function numberAsTyped(phone: Phone | null, { typed, region, accepted }: EnteredNumber): string {
  const significant = typed.replace(/^0+/, '');
  const national =
    !/^(\+|00)/.test(typed) && accepted.number.endsWith(significant) && significant.length < accepted.number.length - 1;
  return national && phone !== null ? phone.formatAsYouType(typed, region as Region) : accepted.international;
}

/** So many digits say whose it is to whoever knows it, and nothing to anybody else. */
const shownDigits = 3;

/** Dots for digits, but for the last ones. */
export function hiddenNumber(number: string): { shown: string; ending: string } {
  const digits = number.replace(/\D/g, '').length;
  let seen = 0;
  const shown = number.replace(/\d/g, (digit) => {
    seen += 1;
    return seen > digits - shownDigits ? digit : '•';
  });
  return { shown, ending: number.replace(/\D/g, '').slice(-shownDigits) };
}
