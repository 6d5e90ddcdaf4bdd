import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { canonicalJson } from '../../protocol/canonical.ts';
import { noticeHash } from '../../protocol/chain.ts';
import {
  type Configuration,
  configurationSchema,
  noticeSchema,
  privacyNoticeSchema,
} from '../../shared/configuration.ts';
import { CodedError } from '../../shared/errors.ts';

/**
 * What the retailer writes: a Configuration without the names that are computed (notice hashes), without the store, because one
 * source serves every store, and without the server's address, which is a setting of the server.
 */
const sourceSchema = z.strictObject({
  ...configurationSchema.shape,
  storeId: z.undefined().optional(),
  publicUrl: z.undefined().optional(),
  notices: z.array(noticeSchema).min(1),
  privacyNotices: z.array(privacyNoticeSchema).min(1),
});

/** Everything but the store and the server's public address: `forStore` finishes it. */
export interface ConfigurationSource {
  forStore(storeId: string, publicUrl: string | null): Configuration;
}

/**
 * Reads the retailer's source file.
 * @throws CodedError configuration_unreadable | configuration_malformed; `problems` names each place as a path.
 */
export function loadConfiguration(path: string): ConfigurationSource {
  return parseConfiguration(readJson(path), path);
}

/** @param name how the source is called in error messages. */
export function parseConfiguration(json: unknown, name: string): ConfigurationSource {
  const parsed = sourceSchema.safeParse(json);
  if (!parsed.success) throw malformed(name, parsed.error);
  const { notices, privacyNotices, storeId: _, publicUrl: __, ...rest } = parsed.data;
  const named = {
    ...rest,
    notices: notices.map((notice) => ({ hash: noticeHash(canonicalJson(notice)), notice })),
    privacyNotices: privacyNotices.map((notice) => ({ hash: noticeHash(canonicalJson(notice)), notice })),
  };
  const forStore = (storeId: string, publicUrl: string | null): Configuration => {
    const whole = configurationSchema.safeParse({ ...named, storeId, publicUrl });
    if (!whole.success) throw malformed(name, whole.error);
    return whole.data;
  };
  forStore('check', null);
  return { forStore };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new CodedError('configuration_unreadable', { path }, { cause });
  }
}

function malformed(path: string, error: z.ZodError): CodedError {
  const problems = error.issues.map((issue) => `${issue.path.join('.') || 'whole file'}: ${issue.message}`).join('; ');
  return new CodedError('configuration_malformed', { path, problems });
}
