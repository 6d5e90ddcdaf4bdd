import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { canonicalJson } from '../../protocol/canonical.ts';
import { noticeHash } from '../../protocol/chain.ts';
import {
  type Configuration,
  configurationSchema,
  noticeSchema,
  privacyNoticeSchema,
  timeoutsSchema,
} from '../../shared/configuration.ts';
import { CodedError } from '../../shared/errors.ts';
import { jurisdictionPack, jurisdictions } from '../../shared/jurisdictions/packs.ts';
import { storeIdSchema } from '../../shared/primitives.ts';
import { errorCode, fileReason } from '../files.ts';
import { checkRequiredTexts, resolveAge } from './jurisdiction.ts';

const timeZoneSchema = z.string().refine(isTimeZone, 'no time zone of the IANA database, such as Europe/London');

/**
 * What the retailer writes: a Configuration without the names that are computed (notice hashes), without the store, because one
 * source serves every store, and without the server's address, which is a setting of the server. The law of the place can fill
 * in the age question, and asks for texts: see shared/jurisdictions.
 */
const sourceSchema = z
  .strictObject({
    ...configurationSchema.shape,
    storeId: z.undefined().optional(),
    publicUrl: z.undefined().optional(),
    jurisdiction: z.enum(jurisdictions).optional(),
    /** Absent: as the jurisdiction has it. `ask`: with its age, also where it leaves the question to the shop. */
    age: configurationSchema.shape.age.or(z.literal('ask')).optional(),
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
    error: 'needed where no jurisdiction says it',
  });

/** What a customer's own page says of the store. */
export interface StorePlace {
  name: string;
  timeZone: string;
}

/** Everything but the store and the server's public address: `forStore` finishes it. */
export interface ConfigurationSource {
  forStore(storeId: string, publicUrl: string | null): Configuration;
  storePlace(storeId: string): StorePlace;
}

/**
 * Reads the retailer's source file.
 * @throws CodedError configuration_missing | configuration_unreadable | configuration_not_json | configuration_malformed | configuration_lacks_required_text; `problems` names each place as a path.
 */
export function loadConfiguration(path: string): ConfigurationSource {
  return parseConfiguration(readJson(path), path);
}

/** @param name how the source is called in error messages. */
export function parseConfiguration(json: unknown, name: string): ConfigurationSource {
  const parsed = sourceSchema.safeParse(json);
  if (!parsed.success) throw malformed(name, parsed.error);
  const {
    notices,
    privacyNotices,
    storeId: _,
    publicUrl: __,
    jurisdiction,
    age,
    stores,
    timeZone,
    ...rest
  } = parsed.data;
  const pack = jurisdiction === undefined ? undefined : jurisdictionPack(jurisdiction);
  if (pack !== undefined) checkRequiredTexts(parsed.data, pack, name);
  const named = {
    ...rest,
    age: resolveAge(age, pack),
    notices: notices.map((notice) => ({ hash: noticeHash(canonicalJson(notice)), notice })),
    privacyNotices: privacyNotices.map((notice) => ({ hash: noticeHash(canonicalJson(notice)), notice })),
  };
  const forStore = (storeId: string, publicUrl: string | null): Configuration => {
    const whole = configurationSchema.safeParse({ ...named, storeId, publicUrl });
    if (!whole.success) throw malformed(name, whole.error);
    return whole.data;
  };
  forStore('check', null);
  /** A store without a name of its own goes by that of the shop: its id is head office's. */
  const storePlace = (storeId: string): StorePlace => {
    const store = stores.find(({ id }) => id === storeId);
    return { name: store?.name ?? rest.brand.name, timeZone: store?.timeZone ?? timeZone };
  };
  return { forStore, storePlace };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function readJson(path: string): unknown {
  const bytes = readBytes(path);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const problem = error instanceof SyntaxError ? placeOf(error, bytes.toString('utf8')) : 'its text is not UTF-8';
    throw new CodedError('configuration_not_json', { path, problem });
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') throw new CodedError('configuration_missing', { path });
    throw new CodedError('configuration_unreadable', { path, reason: fileReason(code) });
  }
}

/** The parser's own words, which name a position, as a place in an editor. */
function placeOf({ message }: SyntaxError, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const before = position === undefined ? text : text.slice(0, Number(position));
  const lines = before.split('\n');
  const what = message.replace(/ in JSON.*$/s, '').replace(/,? ".*" is not valid JSON$/s, '');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}: ${what}`;
}

function malformed(path: string, error: z.ZodError): CodedError {
  const problems = error.issues.map((issue) => `${issue.path.join('.') || 'whole file'}: ${issue.message}`).join('; ');
  return new CodedError('configuration_malformed', { path, problems });
}
