import { z } from 'zod';

/**
 * What the last character may be, by how many characters stand behind the last whole four (which are three bytes): the bits of it
 * that carry no byte are zero, so that bytes have one spelling.
 */
const lastCharacters = ['[A-Za-z0-9_-]', '(?!)', '[AQgw]', '[AEIMQUYcgkosw048]'] as const;

/** Bytes inside JSON: base64url without padding (RFC 4648 section 5). `length` is the exact number of bytes, 1 or more. */
export function bytesSchema(length: number) {
  const characters = Math.ceil((length * 4) / 3);
  const spelling = new RegExp(`^[A-Za-z0-9_-]{${characters - 1}}${lastCharacters[characters % 4]}$`);
  return z.string().regex(spelling, 'base64url without padding, in its one spelling');
}

/** As bytesSchema, of any length. */
export const anyBytesSchema = z
  .string()
  .regex(
    new RegExp(`^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]${lastCharacters[2]}|[A-Za-z0-9_-]{2}${lastCharacters[3]})?$`),
    'base64url without padding, in its one spelling',
  );

/** SHA-256 output, 32 bytes as 43 base64url characters. */
export const hashSchema = bytesSchema(32);

/** Ed25519 signature (RFC 8032), 64 bytes as 86 base64url characters. */
export const signatureSchema = bytesSchema(64);

/** Raw public key of Ed25519 or X25519, 32 bytes. */
export const publicKeySchema = bytesSchema(32);

/** UTC with milliseconds and a final Z (RFC 3339), the only form of time in records and on the wire; a moment that the calendar has. */
export const instantSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'UTC with milliseconds')
  .refine(isMoment, 'no moment of the calendar');

/** The 30th of February would be read as the 2nd of March. */
function isMoment(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

/** UUID of any version (RFC 9562), lower case. */
export const idSchema = z.uuid().regex(/^[0-9a-f-]{36}$/);

/** UUIDv7 (RFC 9562 section 5.7), lower case: those of one kiosk rise with time. */
export const recordIdSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'UUIDv7 in lower case');

/** A store as the retailer names it: lower-case letters, digits and hyphens, 1 to 40. */
export const storeIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must have 1 to 40 small letters, digits and hyphens, like "leeds-01"');

/** A key's public name: the first 16 characters of the base64url SHA-256 of its raw public key. */
export const keyIdSchema = z.string().regex(/^[A-Za-z0-9_-]{16}$/);

/** BCP 47 language tag in its canonical form, at most 35 characters (RFC 5646 section 4.4.1): `en`, `pt-BR`, `zh-Hant`. */
export const languageSchema = z.string().refine(isLanguage, 'must be a language like "en", "pt-BR" or "zh-Hant"');

function isLanguage(tag: string): boolean {
  try {
    return tag.length <= 35 && Intl.getCanonicalLocales(tag)[0] === tag;
  } catch {
    return false;
  }
}
