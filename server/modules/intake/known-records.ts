import { sql, type Transaction } from 'kysely';
import type { Tables } from '../../platform/database/types.ts';
import { type Known, type Place, unlinkedAmong } from './chain-integrity.ts';

type Tx = Transaction<Tables>;

/*
 * Nearly every record stands in order: the one it names as its predecessor is here, with the sequence number before its own.
 * Two such records that name the same predecessor have the same sequence number, so no index over predecessors is needed to
 * find them. A record of which that is not so when it comes is a stray: those are few, and are kept in a table of their own.
 */

/**
 * Everything the database has that decides what arriving records are: every stored record that shares chain hash, id or
 * predecessor with one of them, or whose sequence is the same or next to it. The same record has the same chain hash, hence
 * the same header and the same sequence number.
 * @returns these, and the strays among the arriving ones.
 */
export async function findKnown(
  transaction: Tx,
  kioskId: string,
  arriving: Place[],
  genesis: string,
): Promise<{ known: Known[]; unlinked: Place[] }> {
  if (arriving.length === 0) return { known: [], unlinked: [] };
  const known = await findNear(transaction, kioskId, arriving);
  const unlinked = unlinkedAmong(arriving, known, genesis);
  if (unlinked.length === 0) return { known, unlinked };
  const stored = new Set(known.map(({ chainHash }) => chainHash));
  const others = await findOrderly(transaction, kioskId, unlinked);
  return { known: [...known, ...others.filter(({ chainHash }) => !stored.has(chainHash))], unlinked };
}

/**
 * Neighbours, those with the same id, and strays that name the same predecessor.
 *
 * Each list of values has its range beside it. That changes no result, but the plan: as long as `records` has no statistics
 * (until autovacuum first looks at it), PostgreSQL takes a kiosk's share for a two-hundredth of the table, and finds reading
 * that cheaper than 500 look-ups. It then scans the index by `kiosk_id` alone and compares every record of the kiosk with the
 * list: 5,000 pages at 20,000 records. With the range it scans the index from the range's start to its end: 4 pages.
 */
async function findNear(transaction: Tx, kioskId: string, arriving: Place[]): Promise<Known[]> {
  const ids = arriving.map(({ recordId }) => recordId).sort();
  const sequences = arriving.flatMap(({ sequence }) => [sequence - 1, sequence, sequence + 1]).sort((a, b) => a - b);
  const predecessors = arriving.map(({ previousChainHash }) => previousChainHash);
  const { rows } = await sql<KnownRow>`
    select ${columns} from records
    where kiosk_id = ${kioskId} and sequence = any(${sequences}::bigint[])
      and sequence between ${sequences[0]} and ${sequences.at(-1)}
    union
    select ${columns} from records
    where kiosk_id = ${kioskId} and record_id = any(${ids}::uuid[]) and record_id between ${ids[0]} and ${ids.at(-1)}
    union
    select ${columns} from records join stray_records using (kiosk_id, previous_chain_hash, sequence, chain_hash)
    where kiosk_id = ${kioskId} and stray_records.previous_chain_hash = any(${predecessors}::text[])
  `.execute(transaction);
  return rows.map(fromRow);
}

/**
 * Records in order that name the same predecessor as a stray. The predecessor is here, at another place than the stray says;
 * finding it takes a walk through this kiosk's part of the primary key, which only a stray costs.
 */
async function findOrderly(transaction: Tx, kioskId: string, unlinked: Place[]): Promise<Known[]> {
  const named = sql`any(${unlinked.map(({ previousChainHash }) => previousChainHash)}::text[])`;
  const { rows } = await sql<KnownRow>`
    select ${columns} from records
    where kiosk_id = ${kioskId} and previous_chain_hash = ${named} and sequence in (
      select sequence + 1 from records where kiosk_id = ${kioskId} and chain_hash = ${named}
    )`.execute(transaction);
  return rows.map(fromRow);
}

export async function insertUnlinked(transaction: Tx, kioskId: string, unlinked: Place[]): Promise<void> {
  if (unlinked.length === 0) return;
  const rows = unlinked.map(({ previousChainHash, sequence, chainHash }) => ({
    kiosk_id: kioskId,
    previous_chain_hash: previousChainHash,
    sequence,
    chain_hash: chainHash,
  }));
  await transaction
    .insertInto('stray_records')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

const columns = sql`kiosk_id, sequence, chain_hash, previous_chain_hash, record_id, received_at, server_sequence`;

interface KnownRow {
  sequence: number;
  chain_hash: string;
  previous_chain_hash: string;
  record_id: string;
  received_at: Date;
  server_sequence: number;
}

const fromRow = (row: KnownRow): Known => ({
  chainHash: row.chain_hash,
  previousChainHash: row.previous_chain_hash,
  recordId: row.record_id,
  sequence: row.sequence,
  receivedAt: row.received_at,
  serverSequence: row.server_sequence,
});
