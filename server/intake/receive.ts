import { genesisHash } from '../../protocol/chain.ts';
import { importPublicKey } from '../../protocol/signing.ts';
import type { Batch, BatchAnswer, RecordAnswer } from '../../shared/contracts/wire.ts';
import type { Database } from '../database/connection.ts';
import type { Kiosk, NewAlarm } from '../database/types.ts';
import type { ServerKeys } from '../keys.ts';
import { countersignStatements } from './countersigning.ts';
import { updateGaps } from './gaps.ts';
import { type Judgement, judge } from './judge.ts';
import { clearAlarms, findKnown, findUnknownCountersignatures, insertRecords, raiseAlarms } from './store.ts';
import { type Accepted, type Checked, isAccepted, isRejected, tailsOf, verifyBatch } from './verify.ts';

/**
 * Takes a batch in: check, store, and only then countersign. What the database holds afterwards depends on which records
 * ever came, not on their order, and a batch sent again gets the same countersignatures.
 * @throws CodedError batch_out_of_order | record_repeated
 */
export async function receiveBatch(
  db: Database,
  key: ServerKeys['signing'],
  kiosk: Kiosk,
  batch: Batch,
  from: string,
  now: Date,
): Promise<BatchAnswer> {
  const checked = verifyBatch(batch.records, kiosk.id, importPublicKey(kiosk.device_public_key));
  const stored = await store(db, kiosk, checked, from, now);
  const statements = tailsOf(checked).map(({ chainHash, header }) => ({
    sequence: header.sequence,
    chainHash,
    serverTime: stored.receivedAt.get(chainHash) ?? now,
  }));
  const { epoch, countersignatures } = await countersignStatements(db, key, kiosk.id, statements);
  return {
    epoch,
    serverTime: now.toISOString(),
    answers: checked.map((record) => answerFor(record, stored.outcomes)),
    countersignatures,
    missing: await firstGaps(db, kiosk.id),
  };
}

interface Stored {
  outcomes: Judgement['outcomes'];
  /** Of records that were here before. */
  receivedAt: Map<string, Date>;
}

async function store(db: Database, kiosk: Kiosk, checked: Checked[], from: string, now: Date): Promise<Stored> {
  const accepted = checked.filter(isAccepted);
  const rejected: NewAlarm[] = checked
    .filter(isRejected)
    .map(({ code, chainHash, sequence }) => ({ code, about: chainHash, sequence }));
  return await db.transaction().execute(async (transaction) => {
    // One batch of a kiosk at a time: what is fresh, forked or missing must not change while it is decided.
    const { highest_sequence: highest } = await transaction
      .selectFrom('kiosks')
      .select('highest_sequence')
      .where('id', '=', kiosk.id)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow();
    const known = await findKnown(transaction, kiosk.id, accepted);
    const { outcomes, fresh, alarms, linked } = judge(accepted, known, genesisHash(kiosk.id, kiosk.device_public_key));
    const unknown = await findUnknownCountersignatures(transaction, kiosk.id, fresh);
    await insertRecords(transaction, kiosk.id, fresh, now, from);
    await raiseAlarms(transaction, kiosk.id, [...rejected, ...alarms, ...unknown], now);
    await clearAlarms(transaction, kiosk.id, 'link_broken', linked);
    const sequences = fresh.map(({ header }) => header.sequence);
    const newHighest = await updateGaps(transaction, kiosk.id, highest, sequences, now);
    await transaction
      .updateTable('kiosks')
      .set((value) => ({ highest_sequence: newHighest, delivered: value('delivered', '+', fresh.length) }))
      .where('id', '=', kiosk.id)
      .execute();
    return { outcomes, receivedAt: new Map(known.map(({ chainHash, receivedAt }) => [chainHash, receivedAt])) };
  });
}

function answerFor(record: Checked, outcomes: Judgement['outcomes']): RecordAnswer {
  if (isRejected(record)) return { sequence: record.sequence, outcome: 'rejected', code: record.code };
  return { sequence: record.header.sequence, outcome: outcomeOf(record, outcomes) };
}

const outcomeOf = ({ chainHash }: Accepted, outcomes: Judgement['outcomes']) => outcomes.get(chainHash) ?? 'duplicate';

async function firstGaps(db: Database, kioskId: string): Promise<BatchAnswer['missing']> {
  const rows = await db
    .selectFrom('gaps')
    .select(['first', 'last'])
    .where('kiosk_id', '=', kioskId)
    .orderBy('first')
    .limit(20)
    .execute();
  return rows.map(({ first, last }) => ({ from: first, to: last }));
}
