/**
 * Reads what a person typed or pasted into plain ASCII digits, in any script. Pure; work is bounded by the two maxima.
 */

/**
 * Most digits that are read. 15 is the longest E.164 number (ITU-T E.164 §6.1); the other 5 leave room for an
 * international prefix such as `00` or `00727`.
 */
export const maxDigits = 20;

/** Longest input, in UTF-16 code units, that is looked at; anything longer is refused unread. */
export const maxInputLength = 256;

/** `digits` is ASCII `0`-`9`, at most {@link maxDigits} long, with one leading `+` if one came before the first digit. */
export type NormalisedDigits =
  | { readonly kind: 'digits'; readonly digits: string }
  | { readonly kind: 'refused'; readonly code: 'number_too_long'; readonly maximum: number };

const decimalDigit = /^\p{Nd}$/u;
const plusSigns: ReadonlySet<string> = new Set(['+', '\uFF0B', '\uFE62']);

/**
 * Value 0-9 of a decimal digit of any script (Unicode general category Nd), or null for anything else.
 * Unicode encodes every Nd set as ten code points in ascending order (Unicode Standard §4.6), so the distance to the
 * start of the contiguous block, modulo ten, is the value; the longest block (mathematical digits) holds fifty.
 */
function digitValue(character: string): number | null {
  if (character >= '0' && character <= '9') return character.charCodeAt(0) - 48;
  if (!decimalDigit.test(character)) return null;
  const code = character.codePointAt(0) ?? 0;
  let start = code;
  while (decimalDigit.test(String.fromCodePoint(start - 1))) start -= 1;
  return (code - start) % 10;
}

/**
 * Turns digits of every script (full-width, Arabic-Indic, Extended Arabic-Indic, Devanagari, ...) into ASCII, keeps a
 * `+` that comes before the first digit, and drops everything else: spaces, punctuation, letters, emoji, direction marks,
 * lone surrogates. A keycap emoji counts as its digit. Idempotent: `digits` normalises to itself.
 *
 * Refused as `number_too_long` past {@link maxDigits} digits (it stops reading there) or past {@link maxInputLength}
 * code units (it does not start reading), rather than cutting a number short unseen. Never throws.
 */
export function normaliseDigits(input: string): NormalisedDigits {
  if (input.length > maxInputLength) return { kind: 'refused', code: 'number_too_long', maximum: maxDigits };
  let plus = '';
  let digits = '';
  for (const character of input) {
    const value = digitValue(character);
    if (value !== null) {
      if (digits.length === maxDigits) return { kind: 'refused', code: 'number_too_long', maximum: maxDigits };
      digits += value;
    } else if (digits === '' && plusSigns.has(character)) {
      plus = '+';
    }
  }
  return { kind: 'digits', digits: plus + digits };
}

const telUri = /^\s*tel:/i;
const extension = /\p{Nd}\P{Nd}*(?:ext|доб|anexo|int\.|[x#~\uFF58\uFF03])\P{Nd}*\p{Nd}/iu;
const uriExtension = /;ext=/i;
/** `0xx11 96123-4567`: in Brazil the x stand for a carrier of the caller's choice. What has only a trunk prefix before it is no extension. */
const carrierPlaceholder = /^(\P{Nd}*(?:\p{Nd}{1,3}\P{Nd}+)?0\P{Nd}*?)[x\uFF58]+(?=(?:\P{Nd}*\p{Nd}){8})/iu;
const context = /;phone-context=(\+[\d().-]*\d)/i;

/** What {@link readTyped} gives back: the digits, or why the text as a whole is not one number. */
export type ReadText = NormalisedDigits | { readonly kind: 'refused'; readonly code: 'number_extension' };

/**
 * Like {@link normaliseDigits}, but for a whole pasted text: understands `tel:` URIs (RFC 3966, with `;phone-context=+33`
 * put in front and other parameters dropped) and refuses an extension (`ext. 12`, `x12`, `#12`, `;ext=12`) as
 * `number_extension`, because its digits must not run into the number. Never throws.
 */
export function readTyped(text: string): ReadText {
  if (text.length > maxInputLength) return normaliseDigits(text);
  const input = text.replace(carrierPlaceholder, '$1');
  const isUri = telUri.test(input);
  if ((isUri ? uriExtension : extension).test(input)) return { kind: 'refused', code: 'number_extension' };
  if (!isUri) return normaliseDigits(input);
  const uri = input.replace(/%2b/gi, '+');
  const number = uri.split(';', 1)[0] ?? '';
  const prefix = number.includes('+') ? '' : (context.exec(uri)?.[1] ?? '');
  return normaliseDigits(prefix + number);
}
