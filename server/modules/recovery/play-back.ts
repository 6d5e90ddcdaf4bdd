import { sql, type Transaction } from 'kysely';
import type { PlatformContext } from '../../platform/context.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables } from '../../platform/database/types.ts';
import type { JournalEntry } from '../../platform/journal/entry.ts';
import type { MasterKeys } from '../../platform/keys/master-keys.ts';
import { applyKioskEvent } from '../fleet/kiosk-events.ts';
import { repeatErasure } from '../rights/erase-subject.ts';
import { blindIndex, findOrCreateSubjects } from '../subjects/subjects.ts';

export type PlayBackContext = Pick<PlatformContext, 'db' | 'keys' | 'clock' | 'journal'>;
type Withdrawn = Extract<JournalEntry, { kind: 'withdrawn' }>;

const entriesAtOnce = 1_000;

/** Does again what the database has lost. Every entry changes nothing where it is done already, or where something newer was. */
export async function playBack(context: PlayBackContext, entries: JournalEntry[]): Promise<void> {
  const { db, keys } = context;
  for (const entry of entries) {
    if (entry.kind === 'erased') await repeatErasure(context, entry);
    else if (entry.kind === 'withdrawn') {
      await inTransaction(db, (transaction) => withdrawAgain(transaction, keys.master, entry));
    } else {
      const { kioskId, serverSequence, happenedAt } = entry;
      const kind = entry.kind === 'kiosk_revoked' ? 'revoked' : 'reinstated';
      const event = { kioskId, kind, serverSequence, happenedAt: new Date(happenedAt) } as const;
      await inTransaction(db, (transaction) => applyKioskEvent(transaction, event));
    }
  }
}

async function withdrawAgain(transaction: Transaction<Tables>, master: MasterKeys, entry: Withdrawn): Promise<void> {
  const { all } = await master.inUse(transaction);
  const indexes = all.map((key) => blindIndex(key, entry.number));
  const erasedSince = await transaction
    .selectFrom('suppressions')
    .select('server_sequence')
    .where('blind_index', 'in', indexes)
    .where('server_sequence', '>', entry.serverSequence)
    .executeTakeFirst();
  if (erasedSince !== undefined) return;
  const subject = (await findOrCreateSubjects(transaction, master, [entry.number])).get(entry.number);
  if (subject === undefined) return;
  const event = {
    subject_id: subject.id,
    id: entry.id,
    kind: 'withdrawn' as const,
    source: entry.source,
    kiosk_id: entry.kioskId,
    sequence: entry.sequence,
    chain_hash: entry.chainHash,
    happened_at: new Date(entry.happenedAt),
    server_sequence: entry.serverSequence,
    known: JSON.stringify(entry.known),
  };
  await transaction
    .insertInto('server_events')
    .values(event)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Those of the entries that the database does not know: it was restored from a backup that is older. */
export async function missingOf(db: Database, entries: JournalEntry[]): Promise<JournalEntry[]> {
  const missing: JournalEntry[] = [];
  for (let at = 0; at < entries.length; at += entriesAtOnce) {
    const some = entries.slice(at, at + entriesAtOnce);
    const here = await sequencesHere(db, some);
    const records = await recordsHere(db, some.filter(isOfRecord));
    missing.push(
      ...some.filter(
        (entry) => !here.has(entry.serverSequence) && !(isOfRecord(entry) && records.has(entry.chainHash)),
      ),
    );
  }
  return missing;
}

const isOfRecord = (entry: JournalEntry): entry is Withdrawn => entry.kind === 'withdrawn' && entry.source === 'record';

/** Numbers are drawn once for each of these, and for a kiosk's record the record itself is looked for. */
async function sequencesHere(db: Database, entries: JournalEntry[]): Promise<Set<number>> {
  const sequences = entries.map(({ serverSequence }) => serverSequence);
  const { rows } = await sql<{ sequence: number }>`
    select server_sequence as sequence from server_events where server_sequence = any(${sequences}::bigint[])
    union select server_sequence from suppressions where server_sequence = any(${sequences}::bigint[])
    union select server_sequence from kiosk_events where server_sequence = any(${sequences}::bigint[])`.execute(db);
  return new Set(rows.map(({ sequence }) => sequence));
}

async function recordsHere(db: Database, entries: Withdrawn[]): Promise<Set<string>> {
  const { rows } = await sql<{ chain_hash: string }>`
    select chain_hash from records join unnest(
      ${entries.map(({ kioskId }) => kioskId)}::uuid[],
      ${entries.map(({ sequence }) => sequence)}::bigint[],
      ${entries.map(({ chainHash }) => chainHash)}::text[]
    ) as told (kiosk_id, sequence, chain_hash) using (kiosk_id, sequence, chain_hash)`.execute(db);
  return new Set(rows.map((row) => row.chain_hash));
}
