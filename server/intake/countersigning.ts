import { countersign, countersignatureHash } from '../../protocol/countersignature.ts';
import type { Countersignature } from '../../shared/contracts/wire.ts';
import type { Database } from '../database/connection.ts';
import { readEpoch } from '../database/server-state.ts';
import type { StoredCountersignature } from '../database/types.ts';
import type { ServerKeys } from '../keys.ts';

/** Where a chain stood, and when that was committed. */
export interface Statement {
  sequence: number;
  chainHash: string;
  serverTime: Date;
}

/**
 * Signs what is committed and remembers each signature before anyone sees it, because later records name it. A statement
 * that was signed before in this epoch gives the stored signature again.
 */
export async function countersignStatements(
  db: Database,
  key: ServerKeys['signing'],
  kioskId: string,
  statements: Statement[],
): Promise<{ epoch: string; countersignatures: Countersignature[] }> {
  const epoch = await readEpoch(db);
  if (statements.length === 0) return { epoch, countersignatures: [] };
  const stored = await db
    .selectFrom('countersignatures')
    .selectAll()
    .where('kiosk_id', '=', kioskId)
    .where('epoch', '=', epoch)
    .where(
      'chain_hash',
      'in',
      statements.map(({ chainHash }) => chainHash),
    )
    .execute();
  const known = new Map(stored.map((row) => [row.chain_hash, fromRow(row)]));
  const countersignatures = statements.map(
    ({ sequence, chainHash, serverTime }) =>
      known.get(chainHash) ??
      countersign(
        {
          version: 1,
          kioskId,
          sequence,
          chainHash,
          serverTime: serverTime.toISOString(),
          epoch,
          signingKeyId: key.id,
        },
        key.privateKey,
      ),
  );
  const fresh = countersignatures.filter(({ chainHash }) => !known.has(chainHash));
  if (fresh.length > 0) {
    await db
      .insertInto('countersignatures')
      .values(fresh.map(toRow))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return { epoch, countersignatures };
}

const fromRow = (row: StoredCountersignature): Countersignature => ({
  version: 1,
  kioskId: row.kiosk_id,
  sequence: row.sequence,
  chainHash: row.chain_hash,
  serverTime: row.server_time.toISOString(),
  epoch: row.epoch,
  signingKeyId: row.signing_key_id,
  signature: row.signature,
});

const toRow = (countersignature: Countersignature): StoredCountersignature => ({
  kiosk_id: countersignature.kioskId,
  chain_hash: countersignature.chainHash,
  epoch: countersignature.epoch,
  hash: countersignatureHash(countersignature),
  sequence: countersignature.sequence,
  server_time: new Date(countersignature.serverTime),
  signing_key_id: countersignature.signingKeyId,
  signature: countersignature.signature,
});
