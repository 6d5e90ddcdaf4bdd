import type { z } from 'zod';
import { canonicalJson } from '../../../protocol/canonical.ts';
import {
  type Configuration,
  type Notice,
  noticeSchema,
  type PrivacyNotice,
  privacyNoticeSchema,
} from '../../../shared/configuration.ts';
import type { ShownNotice } from '../../../shared/record/body.ts';
import type { Database } from '../../platform/database/connection.ts';

/**
 * Keeps every notice that kiosks may show from now on. Nothing is ever taken out: years later a customer sees the words they
 * agreed to, whatever the configuration says by then.
 */
export async function publishNotices(db: Database, configuration: Configuration, now: Date): Promise<void> {
  const { notices, privacyNotices } = configuration;
  const rows = [
    ...notices.map((each) => ({ ...each, kind: 'notice' as const })),
    ...privacyNotices.map((each) => ({ ...each, kind: 'privacy_notice' as const })),
  ].map(({ hash, notice, kind }) => ({ hash, kind, document: canonicalJson(notice), published_at: now }));
  await db
    .insertInto('published_notices')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export interface ShownWords {
  notices: (ShownNotice & { notice: Notice | null })[];
  privacyNotice: PrivacyNotice | null;
}

/** The words behind the hashes of a record, in its order; null where they were never published here. */
export async function findWords(
  db: Database,
  { notices, privacyNotice }: { notices: readonly ShownNotice[]; privacyNotice: ShownNotice },
): Promise<ShownWords> {
  const rows = await db
    .selectFrom('published_notices')
    .select(['hash', 'kind', 'document'])
    .where(
      'hash',
      'in',
      [...notices, privacyNotice].map(({ hash }) => hash),
    )
    .execute();
  const find = <T>(wanted: string, kind: string, schema: z.ZodType<T>): T | null => {
    const row = rows.find(({ hash, kind: found }) => hash === wanted && found === kind);
    return row === undefined ? null : schema.parse(JSON.parse(row.document));
  };
  return {
    notices: notices.map(({ hash, ...sight }) => ({ hash, ...sight, notice: find(hash, 'notice', noticeSchema) })),
    privacyNotice: find(privacyNotice.hash, 'privacy_notice', privacyNoticeSchema),
  };
}
