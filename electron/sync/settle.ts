import type { KeyObject } from 'node:crypto';
import { countersignatureHolds } from '../../protocol/countersignature.ts';
import type { BatchAnswer, Countersignature } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import { headerSchema } from '../../shared/record/header.ts';
import type { Settlement } from '../store/ledger.ts';
import type { UnsentRecord } from '../store/stored-record.ts';

/**
 * Decides what an answer lets the kiosk let go of. A record counts as delivered only if the answer names it and a
 * countersignature by the pinned key covers it: directly, or through the hash links from a later record of this batch.
 * @throws CodedError untrusted_answer if the answer is not about this batch, a countersignature does not hold, or nothing
 * was settled at all (sending the same again would never end).
 */
export function settleBatch(
  batch: UnsentRecord[],
  answer: BatchAnswer,
  kioskId: string,
  serverKey: KeyObject,
): Settlement {
  if (answer.answers.map((a) => a.sequence).join() !== batch.map((r) => r.sequence).join()) {
    throw new CodedError('untrusted_answer', { reason: 'other_records' });
  }
  const covered = coverage(batch, answer.countersignatures, kioskId, serverKey);
  const settlement: Settlement = { delivered: [], refused: [], countersignatures: answer.countersignatures };
  for (const [index, entry] of answer.answers.entries()) {
    const serverTime = covered[index];
    if (entry.outcome === 'rejected') settlement.refused.push({ sequence: entry.sequence, code: entry.code });
    else if (serverTime !== undefined) settlement.delivered.push({ sequence: entry.sequence, serverTime });
  }
  if (settlement.delivered.length + settlement.refused.length === 0) {
    throw new CodedError('untrusted_answer', { reason: 'nothing_settled' });
  }
  return settlement;
}

/** For each record of the batch, the server time of the countersignature that covers it. */
function coverage(
  batch: UnsentRecord[],
  countersignatures: Countersignature[],
  kioskId: string,
  serverKey: KeyObject,
): (string | undefined)[] {
  const signedAt = new Map<string, string>();
  for (const countersignature of countersignatures) {
    if (countersignature.kioskId !== kioskId || !countersignatureHolds(countersignature, serverKey)) {
      throw new CodedError('untrusted_answer', { reason: 'countersignature' });
    }
    signedAt.set(`${countersignature.sequence} ${countersignature.chainHash}`, countersignature.serverTime);
  }
  const covered: (string | undefined)[] = new Array(batch.length).fill(undefined);
  for (const [index, record] of [...batch.entries()].reverse()) {
    const next = batch[index + 1];
    const linked = next !== undefined && previousHashOf(next) === record.chainHash;
    covered[index] =
      signedAt.get(`${record.sequence} ${record.chainHash}`) ?? (linked ? covered[index + 1] : undefined);
  }
  return covered;
}

const previousHashOf = (record: UnsentRecord): string =>
  headerSchema.shape.previousChainHash.parse(JSON.parse(record.header).previousChainHash);
