import { z } from 'zod';
import {
  configurationSchema,
  noticeSchema,
  privacyNoticeSchema,
  timeoutsSchema,
} from '../../../shared/configuration.ts';
import { type ConfigurationProblem, languageName, languageProblems } from '../../../shared/configuration-languages.ts';
import { jurisdictionPack, jurisdictions } from '../../../shared/jurisdictions/packs.ts';
import { storeIdSchema } from '../../../shared/primitives.ts';
import { languages as spokenLanguages } from '../../platform/i18n/messages.ts';
import { requiredTextProblems } from './jurisdiction.ts';
import { plainIssues } from './plain-issues.ts';

const timeZoneSchema = z.string().refine(isTimeZone, 'no time zone of the IANA database, such as Europe/London');

const { storeId: _, publicUrl: __, ...retailers } = configurationSchema.shape;

/**
 * What the retailer writes: a Configuration without the names that are computed (notice hashes), without the store, because one
 * source serves every store, and without the server's address, which is a setting of the server. The law of the place can fill
 * in the age question, and asks for texts: see shared/jurisdictions. Every field is in docs/configuration.md.
 */
export const sourceSchema = z
  .strictObject({
    ...retailers,
    jurisdiction: z.enum(jurisdictions).optional(),
    /** Absent: as the jurisdiction has it. `ask`: with its age, also where it leaves the question to the shop. */
    age: retailers.age.or(z.literal('ask')).optional(),
    notices: z.array(noticeSchema).min(1),
    privacyNotices: z.array(privacyNoticeSchema).min(1),
    timeouts: timeoutsSchema,
    /** Of the IANA database, as `Europe/London`: customers read times as the clock of their shop showed them. */
    timeZone: timeZoneSchema,
    /** What customers call a store, and its time zone if it is another one. */
    stores: z
      .array(
        z.strictObject({ id: storeIdSchema, name: z.string().min(1).max(60), timeZone: timeZoneSchema.optional() }),
      )
      .default([]),
  })
  .refine(({ age, jurisdiction }) => jurisdiction !== undefined || (age !== undefined && age !== 'ask'), {
    path: ['age'],
    error: 'needed where no jurisdiction says it: null, or a threshold',
  });
export type Source = z.infer<typeof sourceSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Everything that is wrong with a source, whatever else is: nobody should have to mend and try, mend and try. */
export function sourceProblems(json: unknown): ConfigurationProblem[] {
  const parsed = sourceSchema.safeParse(json);
  const found = [
    ...(parsed.success ? [] : plainIssues(parsed.error.issues, json)),
    ...languageProblems(spokenParts(json)),
    ...twice(json),
    ...textProblems(json),
  ];
  return found.filter(
    (problem, at) => found.findIndex(({ place }) => place === problem.place) === at || !isMissing(problem),
  );
}

/** "is missing", where another problem says the same of the same place. */
const isMissing = ({ problem }: ConfigurationProblem): boolean => problem === 'is missing';

/** What is right for a server and still hardly meant. */
export function sourceRemarks({ languages, words, notices, privacyNotices }: Source): string[] {
  const spoken = Object.keys(spokenLanguages);
  const unknown = languages.filter((language) => !spoken.includes(language.split('-')[0] ?? ''));
  const unused = new Set([...words, ...notices, ...privacyNotices].map(({ language }) => language));
  for (const language of languages) unused.delete(language);
  return [
    ...unknown.map(
      (language) => `${languageName(language)} is not shown: the screens speak ${spoken.sort().join(', ')}`,
    ),
    ...[...unused].map((language) => `${languageName(language)} has texts and is not in "languages"`),
  ];
}

/** As much of the parts that each language must have as can be made out. */
function spokenParts(json: unknown) {
  const listOf = <T>(name: string, schema: z.ZodType<T>): T[] => {
    const list = z.looseObject({ [name]: z.array(z.unknown()) }).safeParse(json).data?.[name];
    return Array.isArray(list) ? list.flatMap((item) => schema.safeParse(item).data ?? []) : [];
  };
  const spoken = z.looseObject({ language: z.string() });
  const boxes = z.array(z.looseObject({ channel: z.string() }));
  return {
    languages: listOf('languages', z.string()),
    words: listOf('words', spoken),
    notices: listOf('notices', spoken.extend({ purpose: z.string(), boxes })),
    privacyNotices: listOf('privacyNotices', spoken),
  };
}

function twice(json: unknown): ConfigurationProblem[] {
  const { languages, words, notices, privacyNotices } = spokenParts(json);
  const again = (place: string, names: string[]) =>
    names
      .filter((name, at) => names.indexOf(name) !== at)
      .map((name) => ({ place, problem: `${name} is there twice` }));
  return [
    ...again('languages', languages.map(languageName)),
    ...again(
      'words',
      words.map(({ language }) => languageName(language)),
    ),
    ...again(
      'notices',
      notices.map(({ purpose, language }) => `${purpose} in ${languageName(language)}`),
    ),
    ...again(
      'privacyNotices',
      privacyNotices.map(({ language }) => languageName(language)),
    ),
  ];
}

const judgedSchema = z.object({
  jurisdiction: sourceSchema.shape.jurisdiction,
  brand: sourceSchema.shape.brand,
  words: sourceSchema.shape.words,
  privacyNotices: sourceSchema.shape.privacyNotices,
});

/** The texts that the law asks for, as soon as what they stand in can be read. */
function textProblems(json: unknown): ConfigurationProblem[] {
  const judged = judgedSchema.safeParse(json);
  if (!judged.success || judged.data.jurisdiction === undefined) return [];
  const pack = jurisdictionPack(judged.data.jurisdiction);
  return pack === undefined ? [] : requiredTextProblems(judged.data, pack);
}
