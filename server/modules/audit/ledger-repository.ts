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
    .where('kiosk_id', '=', kioskId)
    .where('sequence', '>', after)
    .where('sequence', '<=', next.last)
    .orderBy('sequence')
    .orderBy('chain_hash')
    .select(['sequence', 'header', 'body_hash', 'sealed', 'signature', 'received_at', 'server_sequence'])
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
