import { emptyTrailHash } from '../../../protocol/audit-trail/chain.ts';
import type { ChainedEntry } from '../../../protocol/audit-trail/format.ts';
import type { Database } from '../database/connection.ts';

const entriesPerPage = 1_000;

/** The last entry; sequence 0 while there is none. */
export async function lastEntry(db: Database): Promise<{ sequence: number; hash: string }> {
  const last = await db
    .selectFrom('audit_entries')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { sequence: 0, hash: emptyTrailHash };
}

/** Entries in their order, as they stand there, up to the one named: whether they fit together is for the verifier to say. */
export async function* readTrail(db: Database, upTo: number): AsyncGenerator<ChainedEntry[]> {
  for (let after = Number.MIN_SAFE_INTEGER; after < upTo; ) {
    const rows = await db
      .selectFrom('audit_entries')
      .selectAll()
      .where('sequence', '>', after)
      .where('sequence', '<=', upTo)
      .orderBy('sequence')
      .limit(entriesPerPage)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.sequence;
    yield rows.map((row) => ({
      sequence: row.sequence,
      at: row.recorded_at.toISOString(),
      principal: { kind: row.principal_kind, id: row.principal_id },
      action: row.action,
      about:
        row.about_kind === null && row.about_id === null
          ? null
          : { kind: row.about_kind ?? '', id: row.about_id ?? '' },
      outcome: row.outcome,
      previousHash: row.previous_hash,
      hash: row.hash,
    }));
  }
}
