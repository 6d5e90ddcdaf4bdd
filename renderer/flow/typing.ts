import { maxDigits, normaliseDigits, readTyped } from '../../shared/phone/digits.ts';
import { type PhoneRefusal, refuse } from '../../shared/phone/verdict.ts';

/** What a key adds: digits of any script as ASCII, and `+` only in front. Past the limit, or for any other key, nothing. */
export function afterKey(typed: string, key: string): string {
  if (key === '+') return typed === '' ? '+' : typed;
  return typed.replace('+', '').length >= maxDigits ? typed : typed + digitOf(key);
}

/** A digit of a code or PIN of at most `longest`. */
export function afterDigit(typed: string, key: string, longest: number): string {
  return typed.length >= longest ? typed : typed + digitOf(key);
}

function digitOf(key: string): string {
  const read = normaliseDigits(key);
  return read.kind === 'digits' && /^\d$/.test(read.digits) ? read.digits : '';
}

/** A pasted text replaces what was typed; a text without digits changes nothing. */
export function afterPaste(typed: string, text: string): { typed?: string; refusal: PhoneRefusal | null } {
  const read = readTyped(text);
  if (read.kind === 'digits') {
    return { typed: read.digits === '' || read.digits === '+' ? typed : read.digits, refusal: null };
  }
  if (read.code === 'number_extension') return { refusal: refuse('number_extension', {}) };
  return { refusal: refuse('number_too_long', { surplus: null, region: null, maximum: 20 }) };
}
