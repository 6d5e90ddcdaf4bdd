import type { Transaction } from 'kysely';
import { countersign, countersignatureHash, countersignatureHolds } from '../../../protocol/countersignature.ts';
import { importPublicKey } from '../../../protocol/signing.ts';
import type { Countersignature } from '../../../shared/contracts/wire.ts';
import { wasGiven } from '../../platform/database/server-sequence.ts';
import type { StoredCountersignature, Tables } from '../../platform/database/types.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';

/** Where a kiosk's chain stood, and when that was committed: by the server's counter, and by its clock. */
export interface Statement {
  kioskId: string;
  sequence: number;
  chainHash: string;
  serverSequence: number;
  serverTime: Date;
  /** What it is about comes with this transaction: it cannot have been signed before, and is not looked up. */
  isNew: boolean;
}

/**
 * Signs what the transaction commits and remembers each signature, because later records name it. A statement that was signed
 * before in this epoch gives the stored signature again. Nobody may see the result before the commit.
 * @returns one for each statement, in their order.
 */
export async function countersignStatements(
  transaction: Transaction<Tables>,
  key: ServerKeys['signing'],
  epoch: string,
  statements: Statement[],
): Promise<Countersignature[]> {
  const known = await findGiven(
    transaction,
    epoch,
    statements.filter(({ isNew }) => !isNew),
  );
  const countersignatures = statements.map(
    ({ kioskId, sequence, chainHash, serverSequence, serverTime }) =>
      known.get(chainHash) ??
      countersign(
        {
          version: 1,
          kioskId,
          sequence,
          chainHash,
          serverSequence,
          serverTime: serverTime.toISOString(),
          epoch,
          signingKeyId: key.id,
        },
        key.privateKey,
      ),
  );
  const fresh = countersignatures.filter(({ chainHash }) => !known.has(chainHash));
  if (fresh.length > 0) await transaction.insertInto('countersignatures').values(fresh.map(toRow)).execute();
  return countersignatures;
}

/**
 * Keeps what records now name and this database has no copy of: what heartbeats gave, and what was given before the database was restored.
 * Of this epoch only what was given here: it is to prove an order, and elsewhere the counter stood elsewhere.
 */
export async function keepNamed(
  transaction: Transaction<Tables>,
  key: ServerKeys['signing'],
  kioskId: string,
  epoch: string,
  named: Countersignature[],
): Promise<void> {
  const rows: StoredCountersignature[] = [];
  for (const each of named.filter((one) => isOurs(one, key, kioskId))) {
    if (each.epoch !== epoch || (await wasGiven(transaction, each.serverSequence))) rows.push(toRow(each));
  }
  if (rows.length === 0) return;
  await transaction
    .insertInto('countersignatures')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** By chain hash: it covers the kiosk's id, so that no two kiosks share one. */
async function findGiven(
  transaction: Transaction<Tables>,
  epoch: string,
  statements: Statement[],
): Promise<Map<string, Countersignature>> {
  if (statements.length === 0) return new Map();
  const rows = await transaction
    .selectFrom('countersignatures')
    .selectAll()
    .where('kiosk_id', 'in', [...new Set(statements.map(({ kioskId }) => kioskId))])
    .where('epoch', '=', epoch)
    .where(
      'chain_hash',
      'in',
      statements.map(({ chainHash }) => chainHash),
    )
    // Where polls gave more of them, the first one: it proves the most.
    .orderBy('server_sequence', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.chain_hash, toCountersignature(row)]));
}

export const toCountersignature = (row: StoredCountersignature): Countersignature => ({
  version: 1,
  kioskId: row.kiosk_id,
  sequence: row.sequence,
  chainHash: row.chain_hash,
  serverSequence: row.server_sequence,
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
  server_sequence: countersignature.serverSequence,
  server_time: new Date(countersignature.serverTime),
  signing_key_id: countersignature.signingKeyId,
  signature: countersignature.signature,
});

/** Whether this server's key signed it for this kiosk. */
export const isOurs = (countersignature: Countersignature, key: ServerKeys['signing'], kioskId: string): boolean =>
  countersignature.kioskId === kioskId &&
  countersignature.signingKeyId === key.id &&
  countersignatureHolds(countersignature, importPublicKey(key.publicKey));
