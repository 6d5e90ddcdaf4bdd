import { z } from 'zod';

/**
 * What a jurisdiction asks of a shop's configuration, as data that a retailer's counsel can read and change. Nothing here is
 * legal advice; each statement carries its source and the day on which it was read.
 */

const languageBase = z.string().regex(/^[a-z]{2,3}$/);

/** A regular expression (flags `i`, `u`, `s`); `{brand}` in it stands for the name of the brand. */
const pattern = z.string().refine(isPattern, 'a regular expression');

const requiredTextSchema = z.strictObject({
  name: z.string().regex(/^[a-z_]+$/),
  /** For whoever has to mend the text: "the text has no …". */
  missing: z.string().min(1),
  source: z.string().min(1),
  where: z.enum(['smallPrint', 'privacyNotice']),
  /**
   * How the item is recognised: by a word in capitals, in any language the same way, or in each language by its own. A language
   * that is not listed cannot be checked, and is refused.
   */
  wording: z.union([
    z.strictObject({ capitals: z.string().regex(/^[A-Z]+$/) }),
    z.strictObject({ any: pattern }),
    z.record(languageBase, pattern),
  ]),
});
export type RequiredText = z.infer<typeof requiredTextSchema>;

export const jurisdictionPackSchema = z.strictObject({
  /** ISO 3166-1 or 3166-2: `DE`, `US`, `US-CA`. */
  code: z.string().regex(/^[A-Z]{2}(-[A-Z]{2})?$/),
  /** From what age on somebody consents for themselves. */
  ageOfConsent: z.strictObject({
    age: z.int().min(13).max(18),
    source: z.string().min(1),
    asOf: z.iso.date(),
  }),
  /** Whether everybody is asked for their age before the number; otherwise the retailer decides. */
  asksAge: z.boolean(),
  /** Below that age, a parent or guardian can consent. */
  guardian: z.boolean(),
  requiredTexts: z.array(requiredTextSchema),
});
export type JurisdictionPack = z.infer<typeof jurisdictionPackSchema>;

/** The question before the number, as the configuration has it. */
export function ageQuestion({ ageOfConsent, guardian }: JurisdictionPack): { threshold: number; guardian: boolean } {
  return { threshold: ageOfConsent.age, guardian };
}

/** What a required text is looked for in. */
export interface CheckedText {
  readonly language: string;
  readonly brand: string;
  readonly text: string;
}

/** Whether the text has the item; null when the pack does not know how the item reads in this language. */
export function hasRequiredText({ wording }: RequiredText, { language, brand, text }: CheckedText): boolean | null {
  const known = new Map(Object.entries(wording));
  const capitals = known.get('capitals');
  if (capitals !== undefined) return text.split(/[^A-Za-z]+/).includes(capitals);
  const found = known.get('any') ?? known.get(language.split('-', 1)[0] ?? language);
  if (found === undefined) return null;
  return new RegExp(found.replaceAll('{brand}', escaped(brand)), 'ius').test(text);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source.replaceAll('{brand}', 'x'), 'ius') instanceof RegExp;
  } catch {
    return false;
  }
}
