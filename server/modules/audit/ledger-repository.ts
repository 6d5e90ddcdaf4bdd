import type { AuditRecord } from '../../../protocol/audit/format.ts';
import { toText } from '../../../protocol/bytes.ts';
import type { Countersignature } from '../../../shared/contracts/wire.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import { toCountersignature } from '../countersigning/countersigning.ts';

/** Records of a kiosk by sequence, and the countersignatures about sequence numbers up to the last, also where no record has them. */
export interface LedgerPage {
  upTo: number;
  records: (AuditRecord & { sequence: number })[];
  countersignatures: Countersignature[];
}

const sequencesPerPage = 1_000;

/** @returns the highest sequence number that a record or a countersignature has; 0 where there is none. */
export async function readHighestSequence(db: Database, kioskId: string): Promise<number> {
  const highestOf = (table: 'records' | 'countersignatures') =>
    db
      .selectFrom(table)
      .where('kiosk_id', '=', kioskId)
      .select(({ fn }) => fn.max<number | null>('sequence').as('highest'));
  const rows = await highestOf('records').unionAll(highestOf('countersignatures')).execute();
  return Math.max(0, ...rows.map(({ highest }) => highest ?? 0));
}

/**
 * What comes behind the sequence number `after`, not beyond `highest`; of one moment, because a countersignature without its record, or a record without
 * its countersignature, is a fault to whoever verifies.
 */
export const readLedgerPage = (db: Database, kioskId: string, after: number, highest: number): Promise<LedgerPage> =>
  inTransaction(db, (snapshot) => readPage(snapshot, kioskId, after, highest), 'snapshot');

async function readPage(db: Database, kioskId: string, after: number, highest: number): Promise<LedgerPage> {
  const next = await db
    .selectFrom((of) =>
      of
        .selectFrom('records')
        .where('kiosk_id', '=', kioskId)
        .where('sequence', '>', after)
        .where('sequence', '<=', highest)
        .orderBy('sequence')
        .limit(sequencesPerPage)
        .select('sequence')
        .as('page'),
    )
    .select(({ fn }) => fn.max<number | null>('page.sequence').as('last'))
    .executeTakeFirstOrThrow();
  const upTo = next.last ?? highest;
  const rows = await db
    .selectFrom('records')
    .leftJoin('sealed_bodies', (join) =>
      join
        .onRef('sealed_bodies.kiosk_id', '=', 'records.kiosk_id')
        .onRef('sealed_bodies.sequence', '=', 'records.sequence')
        .onRef('sealed_bodies.chain_hash', '=', 'records.chain_hash')
        .onRef('sealed_bodies.received_at', '=', 'records.received_at'),
    )
    .where('records.kiosk_id', '=', kioskId)
    .where('records.sequence', '>', after)
    .where('records.sequence', '<=', upTo)
    .orderBy('records.sequence')
    .orderBy('records.chain_hash')
    .select([
      'records.sequence',
      'header',
      'body_hash',
      'sealed',
      'signature',
      'records.received_at',
      'server_sequence',
    ])
    .execute();
  return {
    upTo,
    records: rows.map((row) => ({
      sequence: row.sequence,
      header: row.header,
      bodyHash: row.body_hash,
      sealed: row.sealed === null ? null : toText(row.sealed),
      signature: row.signature,
      receivedAt: row.received_at.toISOString(),
      serverSequence: row.server_sequence,
    })),
    countersignatures: await readCountersignatures(db, kioskId, after + 1, upTo),
  };
}

export async function readCountersignatures(
  db: Database,
  kioskId: string,
  from: number,
  to: number,
): Promise<Countersignature[]> {
  const rows = await db
    .selectFrom('countersignatures')
    .selectAll()
    .where('kiosk_id', '=', kioskId)
    .where('sequence', '>=', from)
    .where('sequence', '<=', to)
    .orderBy('sequence')
    .orderBy('server_sequence')
    .execute();
  return rows.map(toCountersignature);
}
