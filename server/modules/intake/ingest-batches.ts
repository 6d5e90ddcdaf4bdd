import { genesisHash } from '../../../protocol/chain.ts';
import type { BatchAnswer, RecordAnswer } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import { countersignStatements, keepNamed, type Statement } from '../countersigning/countersigning.ts';
import { consumeNonces, type Progress } from '../fleet/nonces.ts';
import { firstGaps } from '../integrity/gaps.ts';
import type { RecordBatch } from '../opening/record-batch.ts';
import { type ChainAssessment, judge, placeOf } from './chain-integrity.ts';
import { type Advance, advanceKiosks, noteChain } from './chain-progress.ts';
import type { Admitted, Assessed, Delivery } from './delivery.ts';
import { findKnown } from './known-records.ts';
import { findNamed, insertRecords } from './record-repository.ts';
import { type Accepted, type Checked, isAccepted, isRejected, runHeads } from './verify-batch.ts';

export interface Ingested {
  /** Without those whose kiosk was skipped. The refusals: batch_early, request_replayed. */
  outcomes: Map<Delivery, BatchAnswer | CodedError>;
  toOpen: RecordBatch[];
}

/**
 * Takes in batches, each of another kiosk, in one transaction: store and countersign. The requests' nonces are spent in it, and nobody
 * sees a countersignature before all of it is committed. What the database holds afterwards depends on which records ever came, not
 * on their order or company, and a batch sent again gets the same countersignatures.
 * @param locked as consumeNonces has it.
 */
export async function ingestBatches(
  db: Database,
  key: ServerKeys['signing'],
  deliveries: Delivery[],
  locked: 'wait' | 'skip',
  now: Date,
): Promise<Ingested> {
  const signers = deliveries.map(({ signer }) => signer);
  return await inTransaction(db, async (transaction) => {
    // This locks the kiosks: what is fresh, forked or missing must not change while it is decided.
    const progress = await consumeNonces(transaction, signers, locked, now);
    const { admitted, outcomes } = admit(deliveries, progress);
    const [first] = admitted;
    if (first === undefined) return { outcomes, toOpen: [] };
    const { epoch } = first.progress;
    const assessed: Assessed[] = (await findKnown(transaction, admitted)).map((each) => ({
      ...each,
      ...judge(each.accepted, each.known, each.genesis),
    }));
    for (const { kioskId, delivery } of admitted) {
      await keepNamed(transaction, key, kioskId, epoch, delivery.batch.countersignatures ?? []);
    }
    const arrived = assessed.flatMap(({ fresh, delivery: { from }, progress: { serverSequence } }) =>
      fresh.map((record) => ({ record, from, serverSequence })),
    );
    const records = arrived.map(({ record }) => record);
    const named = await findNamed(transaction, epoch, records);
    const toOpen = await insertRecords(transaction, arrived, named, now);
    const advances: Advance[] = [];
    for (const each of assessed) advances.push(await noteChain(transaction, each, named, now));
    await advanceKiosks(transaction, advances);
    const statements = assessed.flatMap((each) => statementsOf(each, now));
    const countersignatures = await countersignStatements(transaction, key, epoch, statements);
    const missing = await firstGaps(transaction, new Map(advances.map(({ kioskId, inOrder }) => [kioskId, inOrder])));
    const given = Map.groupBy(countersignatures, ({ kioskId }) => kioskId);
    for (const { kioskId, delivery, outcomes: ofRecords } of assessed) {
      outcomes.set(delivery, {
        answers: delivery.checked.map((record) => answerFor(record, ofRecords)),
        countersignatures: given.get(kioskId) ?? [],
        missing: missing.get(kioskId) ?? [],
      });
    }
    return { outcomes, toOpen };
  });
}

function admit(deliveries: Delivery[], progress: Map<string, Progress | 'replayed'>) {
  const outcomes: Ingested['outcomes'] = new Map();
  const admitted: Admitted[] = [];
  for (const delivery of deliveries) {
    const { kiosk } = delivery.signer;
    const own = progress.get(kiosk.id);
    if (own === undefined) continue;
    if (own === 'replayed') outcomes.set(delivery, new CodedError('request_replayed'));
    else if (own.inOrder < (delivery.batch.follows ?? 0)) outcomes.set(delivery, new CodedError('batch_early'));
    else {
      const accepted = delivery.checked.filter(isAccepted);
      const genesis = genesisHash(kiosk.id, kiosk.device_public_key);
      admitted.push({ kioskId: kiosk.id, delivery, progress: own, accepted, places: accepted.map(placeOf), genesis });
    }
  }
  return { admitted, outcomes };
}

/** When the records came: those that were here before, then. */
function statementsOf({ kioskId, delivery, known, progress }: Assessed, now: Date): Statement[] {
  const before = new Map(known.map((each) => [each.chainHash, each]));
  return runHeads(delivery.checked).map(({ chainHash, header: { sequence } }) => {
    const { serverSequence, receivedAt } = before.get(chainHash) ?? { ...progress, receivedAt: now };
    return { kioskId, sequence, chainHash, serverSequence, serverTime: receivedAt, isNew: !before.has(chainHash) };
  });
}

function answerFor(record: Checked, outcomes: ChainAssessment['outcomes']): RecordAnswer {
  if (isRejected(record)) return { sequence: record.sequence, outcome: 'rejected', code: record.code };
  return { sequence: record.header.sequence, outcome: outcomeOf(record, outcomes) };
}

const outcomeOf = ({ chainHash }: Accepted, outcomes: ChainAssessment['outcomes']) =>
  outcomes.get(chainHash) ?? 'duplicate';
