import { sql } from 'kysely';
import type { ConfigurationIssue } from '../../../shared/configuration.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { jobPrincipal } from '../../platform/auth/principals.ts';
import type { Database } from '../../platform/database/connection.ts';
import { nextServerSequence } from '../../platform/database/server-sequence.ts';
import { inTransaction } from '../../platform/database/transaction.ts';

/**
 * At the start of a server: unless the newest of this epoch says the same, what it brings is newer. So the words of before, put back, are
 * a new revision. The file is changed beside the server, so this is where the audit trail hears of it.
 * @param digest of everything that it says.
 */
export async function publishRevision(db: Database, digest: string, now: Date): Promise<void> {
  const { rows } = await sql<{ digest: string }>`
    select digest from configuration_revisions join server_state using (epoch) order by revision desc limit 1`.execute(
    db,
  );
  if (rows[0]?.digest === digest) return;
  await inTransaction(db, async (transaction) => {
    await drawRevision(transaction, digest);
    const about = { kind: 'configuration', id: digest } as const;
    await recordAction(transaction, jobPrincipal('start'), { action: 'configuration.published', about }, now);
  });
}

/**
 * The newest that says this. A new epoch, after a restore, has none at first and goes on from the counter: what was lost with the database
 * may have had higher numbers, but an epoch that ended counts no more.
 */
export async function issueOf(db: Database, digest: string): Promise<ConfigurationIssue> {
  const { rows } = await sql<ConfigurationIssue>`
    select epoch, revision from configuration_revisions join server_state using (epoch)
    where digest = ${digest} order by revision desc limit 1`.execute(db);
  return rows[0] ?? (await drawRevision(db, digest));
}

/** From the server's counter: two servers never draw the same, and what is drawn later is higher. */
async function drawRevision(db: Database, digest: string): Promise<ConfigurationIssue> {
  const revision = await nextServerSequence(db);
  const issue = await db
    .insertInto('configuration_revisions')
    .columns(['epoch', 'revision', 'digest'])
    .expression((of) =>
      of
        .selectFrom('server_state')
        .select(({ val }) => ['epoch', val(revision).as('revision'), val(digest).as('digest')]),
    )
    .returning(['epoch', 'revision'])
    .executeTakeFirstOrThrow();
  return issue;
}
