import { sql, type Transaction } from 'kysely';
import { genesisHash } from '../../../protocol/chain.ts';
import { importPublicKey } from '../../../protocol/signing.ts';
import type { Batch, BatchAnswer, RecordAnswer } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { NewAlarm, Tables } from '../../platform/database/types.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import { countersignStatements, keepNamed, type Statement } from '../countersigning/countersigning.ts';
import { consumeNonce, type Progress, type Signer } from '../fleet/nonces.ts';
import { clearAlarms, raiseAlarms } from '../integrity/alarm-repository.ts';
import { firstGaps, updateGaps } from '../integrity/gaps.ts';
import type { RecordBatch } from '../opening/record-batch.ts';
import { type ChainAssessment, judge, placeOf } from './chain-integrity.ts';
import { findKnown, insertUnlinked } from './known-records.ts';
import { alarmsOfNamed, findNamed, insertRecords } from './record-repository.ts';
import { type Accepted, type Checked, isAccepted, isRejected, runHeads, verifyBatch } from './verify-batch.ts';

/**
 * Takes a batch in: check, store and countersign. The request's nonce is spent in the same transaction, and nobody sees a
 * countersignature before all of it is committed. What the database holds afterwards depends on which records ever came, not
 * on their order, and a batch sent again gets the same countersignatures.
 * @throws CodedError batch_early | batch_out_of_order | record_repeated | request_replayed
 */
export async function ingestBatch(
  db: Database,
  key: ServerKeys['signing'],
  signer: Signer,
  batch: Batch,
  from: string | null,
  now: Date,
): Promise<{ answer: BatchAnswer; toOpen: RecordBatch[] }> {
  const { kiosk } = signer;
  const checked = verifyBatch(batch.records, kiosk.id, importPublicKey(kiosk.device_public_key));
  return await inTransaction(db, async (transaction) => {
    // This locks the kiosk: what is fresh, forked or missing must not change while it is decided.
    const progress = await consumeNonce(transaction, signer, now);
    if (batch.follows !== undefined && progress.inOrder < batch.follows) throw new CodedError('batch_early');
    const stored = await store(transaction, key, signer, progress, batch, checked, from, now);
    const statements = runHeads(checked).map(({ chainHash, header }) => ({
      sequence: header.sequence,
      chainHash,
      ...(stored.before.get(chainHash) ?? { serverSequence: progress.serverSequence, serverTime: now }),
    }));
    const answer = {
      answers: checked.map((record) => answerFor(record, stored.outcomes)),
      countersignatures: await countersignStatements(transaction, key, kiosk.id, progress.epoch, statements),
      missing: await firstGaps(transaction, kiosk.id, stored.inOrder),
    };
    return { answer, toOpen: stored.toOpen };
  });
}

interface Stored {
  outcomes: ChainAssessment['outcomes'];
  /** When records came that were here before. */
  before: Map<string, Pick<Statement, 'serverSequence' | 'serverTime'>>;
  /** The kiosk's highest sequence number that came in order. */
  inOrder: number;
  toOpen: RecordBatch[];
}

async function store(
  transaction: Transaction<Tables>,
  key: ServerKeys['signing'],
  { kiosk }: Signer,
  progress: Progress,
  { ahead, countersignatures }: Batch,
  checked: Checked[],
  from: string | null,
  now: Date,
): Promise<Stored> {
  const accepted = checked.filter(isAccepted);
  const rejected: NewAlarm[] = checked
    .filter(isRejected)
    .map(({ code, chainHash, sequence }) => ({ code, about: chainHash, sequence }));
  const genesis = genesisHash(kiosk.id, kiosk.device_public_key);
  const { known, unlinked } = await findKnown(transaction, kiosk.id, accepted.map(placeOf), genesis);
  const { outcomes, fresh, alarms, linked } = judge(accepted, known, genesis);
  await keepNamed(transaction, key, kiosk.id, progress.epoch, countersignatures ?? []);
  const named = await findNamed(transaction, kiosk.id, progress.epoch, fresh);
  const toOpen = await insertRecords(transaction, kiosk.id, fresh, named, {
    at: now,
    from,
    serverSequence: progress.serverSequence,
  });
  await insertUnlinked(transaction, kiosk.id, unlinked);
  await raiseAlarms(
    transaction,
    kiosk.id,
    [...rejected, ...alarms, ...alarmsOfNamed(fresh, named), ...otherStores(fresh, kiosk.store_id)],
    now,
  );
  await clearAlarms(transaction, kiosk.id, 'link_broken', linked);
  const sequences = fresh.map(({ header }) => header.sequence);
  const newHighest = await updateGaps(transaction, kiosk.id, progress.highest, sequences, now);
  const inOrder = ahead ? progress.inOrder : Math.max(progress.inOrder, accepted.at(-1)?.header.sequence ?? 0);
  await transaction
    .updateTable('kiosks')
    .set((value) => ({
      highest_sequence: newHighest,
      in_order_sequence: inOrder,
      forked_from: sql<number | null>`least(forked_from, ${lowestFork(alarms)}::bigint)`,
      delivered: value('delivered', '+', fresh.length),
    }))
    .where('id', '=', kiosk.id)
    .execute();
  const before = known.map(
    ({ chainHash, serverSequence, receivedAt }) => [chainHash, { serverSequence, serverTime: receivedAt }] as const,
  );
  return { outcomes, before: new Map(before), inOrder, toOpen };
}

/** One alarm for each store that the kiosk is not of, about the first record that names it. The record stays what its kiosk signed. */
function otherStores(records: Accepted[], storeId: string): NewAlarm[] {
  const first = new Map<string, number>();
  for (const { header } of records.toReversed()) {
    if (header.storeId !== storeId) first.set(header.storeId, header.sequence);
  }
  return [...first].map(([about, sequence]) => ({ code: 'store_mismatch', about, sequence }));
}

/** A broken link is half a fork: the record before, which it names, is not here, and another one with its number is. */
function lowestFork(alarms: NewAlarm[]): number | null {
  const forks = alarms.flatMap(({ code, sequence }) =>
    code === 'fork' ? [sequence] : code === 'link_broken' ? [sequence - 1] : [],
  );
  return forks.length === 0 ? null : Math.min(...forks);
}

function answerFor(record: Checked, outcomes: ChainAssessment['outcomes']): RecordAnswer {
  if (isRejected(record)) return { sequence: record.sequence, outcome: 'rejected', code: record.code };
  return { sequence: record.header.sequence, outcome: outcomeOf(record, outcomes) };
}

const outcomeOf = ({ chainHash }: Accepted, outcomes: ChainAssessment['outcomes']) =>
  outcomes.get(chainHash) ?? 'duplicate';
