import { sql, type Transaction } from 'kysely';
import type { Tables } from '../../platform/database/types.ts';
import { type Known, type Place, unlinkedAmong } from './chain-integrity.ts';

type Tx = Transaction<Tables>;

/*
 * Nearly every record stands in order: the one it names as its predecessor is here, with the sequence number before its own.
 * Two such records that name the same predecessor have the same sequence number, so no index over predecessors is needed to
 * find them. A record of which that is not so when it comes is a stray: those are few, and are kept in a table of their own.
 */

/** Records that arrive from one kiosk. */
export interface Arriving {
  kioskId: string;
  places: Place[];
  genesis: string;
}
export type WithKnown<Chain> = Chain & { known: Known[]; unlinked: Place[] };

/**
 * Everything the database has that decides what arriving records are: every stored record of their kiosk that shares chain hash, id or
 * predecessor with one of them, or whose sequence is the same or next to it. The same record has the same chain hash, hence
 * the same header and the same sequence number.
 * @returns these, and the strays among the arriving ones.
 */
export async function findKnown<Chain extends Arriving>(transaction: Tx, chains: Chain[]): Promise<WithKnown<Chain>[]> {
  const near = await findNear(transaction, chains);
  const found: WithKnown<Chain>[] = [];
  for (const chain of chains) {
    const known = near.get(chain.kioskId) ?? [];
    const unlinked = unlinkedAmong(chain.places, known, chain.genesis);
    const stored = new Set(known.map(({ chainHash }) => chainHash));
    const others = unlinked.length === 0 ? [] : await findOrderly(transaction, chain.kioskId, unlinked);
    found.push({ ...chain, known: [...known, ...others.filter(({ chainHash }) => !stored.has(chainHash))], unlinked });
  }
  return found;
}

/**
 * Neighbours, those with the same id, and strays that name the same predecessor, by kiosk.
 *
 * `offset 0` changes no result, but the plan: each value is looked up by itself. As long as `records` has no statistics (until autovacuum
 * first looks at it) PostgreSQL takes a kiosk's share for a two-hundredth of the table, and would rather read all of it and compare.
 */
async function findNear(transaction: Tx, arriving: Arriving[]): Promise<Map<string, Known[]>> {
  const all = arriving.flatMap(({ kioskId, places }) => places.map((place) => ({ kioskId, ...place })));
  if (all.length === 0) return new Map();
  const beside = arriving.flatMap(({ kioskId, places }) => {
    const sequences = new Set(places.flatMap(({ sequence }) => [sequence - 1, sequence, sequence + 1]));
    return [...sequences].map((sequence) => ({ kioskId, sequence }));
  });
  const kiosks = all.map(({ kioskId }) => kioskId);
  const { rows } = await sql<KnownRow>`
    select near.* from unnest(
      ${beside.map(({ kioskId }) => kioskId)}::uuid[], ${beside.map(({ sequence }) => sequence)}::bigint[]
    ) as wanted (kiosk, sequence)
    cross join lateral (
      select ${columns} from records where kiosk_id = wanted.kiosk and records.sequence = wanted.sequence offset 0
    ) as near
    union
    select same.* from unnest(${kiosks}::uuid[], ${all.map(({ recordId }) => recordId)}::uuid[]) as wanted (kiosk, id)
    cross join lateral (
      select ${columns} from records where kiosk_id = wanted.kiosk and record_id = wanted.id offset 0
    ) as same
    union
    select rival.* from unnest(
      ${kiosks}::uuid[], ${all.map(({ previousChainHash }) => previousChainHash)}::text[]
    ) as wanted (kiosk, predecessor)
    cross join lateral (
      select ${columns} from records join stray_records using (kiosk_id, previous_chain_hash, sequence, chain_hash)
      where kiosk_id = wanted.kiosk and stray_records.previous_chain_hash = wanted.predecessor offset 0
    ) as rival
  `.execute(transaction);
  const byKiosk = Map.groupBy(rows, (row) => row.kiosk_id);
  return new Map([...byKiosk].map(([kioskId, ofKiosk]) => [kioskId, ofKiosk.map(fromRow)]));
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

/** Whether a record with the number before a stray is here, and none of those is the one that it names. */
export async function hasBrokenLinks(transaction: Tx, kioskId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select from stray_records as stray
      where stray.kiosk_id = ${kioskId}
        and (stray.sequence = 1 or exists (
          select from records as before where before.kiosk_id = stray.kiosk_id and before.sequence = stray.sequence - 1
        ))
        and not exists (
          select from records as before where before.kiosk_id = stray.kiosk_id and before.sequence = stray.sequence - 1
            and before.chain_hash = stray.previous_chain_hash
        )
    ) as found`.execute(transaction);
  return rows[0]?.found ?? false;
}

const columns = sql`kiosk_id, sequence, chain_hash, previous_chain_hash, record_id, received_at, server_sequence`;

interface KnownRow {
  kiosk_id: string;
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
