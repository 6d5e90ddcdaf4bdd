import type { AuditRecord } from '../../../protocol/audit/format.ts';
import { toText } from '../../../protocol/bytes.ts';
import type { Countersignature } from '../../../shared/contracts/wire.ts';
import type { Database } from '../../platform/database/connection.ts';
import { toCountersignature } from '../countersigning/countersigning.ts';

/** Records of a kiosk by sequence, and the countersignatures about the same sequences. */
export interface LedgerPage {
  upTo: number;
  records: (AuditRecord & { sequence: number })[];
  countersignatures: Countersignature[];
}

const sequencesPerPage = 1_000;

/** @returns what comes behind the sequence number `after`; null at the end. */
export async function readLedgerPage(db: Database, kioskId: string, after: number): Promise<LedgerPage | null> {
  const next = await db
    .selectFrom((of) =>
      of
        .selectFrom('records')
        .where('kiosk_id', '=', kioskId)
        .where('sequence', '>', after)
        .orderBy('sequence')
        .limit(sequencesPerPage)
        .select('sequence')
        .as('page'),
    )
    .select(({ fn }) => fn.max<number | null>('page.sequence').as('last'))
    .executeTakeFirstOrThrow();
  if (next.last === null) return null;
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
    .where('records.sequence', '<=', next.last)
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
    upTo: next.last,
    records: rows.map((row) => ({
      sequence: row.sequence,
      header: row.header,
      bodyHash: row.body_hash,
      sealed: row.sealed === null ? null : toText(row.sealed),
      signature: row.signature,
      receivedAt: row.received_at.toISOString(),
      serverSequence: row.server_sequence,
    })),
    countersignatures: await readCountersignatures(db, kioskId, after + 1, next.last),
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
