import { maxDigits, normaliseDigits, readTyped } from '../../shared/phone/digits.ts';

/** What a key adds: digits of any script as ASCII, and `+` only in front. Past the limit, or for any other key, nothing. */
export function afterKey(typed: string, key: string): string {
  if (key === '+') return typed === '' ? '+' : typed;
  const read = normaliseDigits(key);
  if (read.kind !== 'digits' || read.digits.length !== 1) return typed;
  return typed.replace('+', '').length >= maxDigits ? typed : typed + read.digits;
}

/** A pasted text replaces what was typed; a text without digits changes nothing. */
export function afterPaste(
  typed: string,
  text: string,
): { typed: string } | { refused: 'number_too_long' | 'number_extension' } {
  const read = readTyped(text);
  if (read.kind === 'refused') return { refused: read.code };
  return { typed: read.digits === '' || read.digits === '+' ? typed : read.digits };
}
