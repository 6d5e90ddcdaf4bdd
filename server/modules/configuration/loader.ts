import { canonicalJson } from '../../../protocol/canonical.ts';
import { noticeHash } from '../../../protocol/chain.ts';
import { type Configuration, configurationSchema, longestConfiguration } from '../../../shared/configuration.ts';
import type { ConfigurationProblem } from '../../../shared/configuration-languages.ts';
import { CodedError } from '../../../shared/errors.ts';
import { jurisdictionPack } from '../../../shared/jurisdictions/packs.ts';
import { resolveAge } from './jurisdiction.ts';
import { plainIssues, problemLine } from './plain-issues.ts';
import { type Source, sourceProblems, sourceRemarks, sourceSchema } from './source.ts';
import { readSourceFile } from './source-file.ts';

/** What a customer's own page says of the store. */
export interface StorePlace {
  name: string;
  timeZone: string;
}

/** Everything but the store and the server's public address: `forStore` finishes it. */
export interface ConfigurationSource {
  forStore(storeId: string, publicUrl: string | null): Configuration;
  storePlace(storeId: string): StorePlace;
  /** What is right and still hardly meant, for whoever wrote it. */
  remarks: string[];
}

/**
 * Reads the retailer's source file.
 * @throws CodedError configuration_missing | configuration_unreadable | configuration_not_json | configuration_malformed; `problems` has a
 * line for each: the place as a path, purpose and language, and what is wrong.
 */
export function loadConfiguration(path: string): ConfigurationSource {
  return parseConfiguration(readSourceFile(path), path);
}

/** @param name how the source is called in error messages. */
export function parseConfiguration(json: unknown, name: string): ConfigurationSource {
  const malformed = (problems: ConfigurationProblem[]) =>
    new CodedError('configuration_malformed', {
      path: name,
      problems: problems.map((problem) => problemLine(problem, json)).join('\n'),
    });
  const problems = sourceProblems(json);
  if (problems.length > 0) throw malformed(problems);
  const source = sourceSchema.parse(json);
  const named = withNames(source);
  const forStore = (storeId: string, publicUrl: string | null): Configuration => {
    const whole = configurationSchema.safeParse({ ...named, storeId, publicUrl });
    if (!whole.success) throw malformed(plainIssues(whole.error.issues, { ...named, storeId, publicUrl }));
    return whole.data;
  };
  const size = canonicalJson(forStore('s'.repeat(40), null)).length;
  if (size > longestConfiguration) {
    throw malformed([
      { place: 'whole file', problem: `${size} characters in all; ${longestConfiguration} is the most` },
    ]);
  }
  /** A store without a name of its own goes by that of the shop: its id is head office's. */
  const storePlace = (storeId: string): StorePlace => {
    const store = source.stores.find(({ id }) => id === storeId);
    return { name: store?.name ?? source.brand.name, timeZone: store?.timeZone ?? source.timeZone };
  };
  return { forStore, storePlace, remarks: sourceRemarks(source) };
}

/** With the names of notices, which are hashes of their words, and with the age that the law of the place says. */
function withNames({ notices, privacyNotices, jurisdiction, age, stores: _, timeZone: __, ...rest }: Source) {
  const pack = jurisdiction === undefined ? undefined : jurisdictionPack(jurisdiction);
  return {
    ...rest,
    age: resolveAge(age, pack),
    notices: notices.map((notice) => ({ hash: noticeHash(canonicalJson(notice)), notice })),
    privacyNotices: privacyNotices.map((notice) => ({ hash: noticeHash(canonicalJson(notice)), notice })),
  };
}
