import { sql, type Transaction } from 'kysely';
import type { Tables } from '../../platform/database/types.ts';
import { closeAlarms, type Finding, isAlarmOpen, raiseAlarms } from '../integrity/alarm-repository.ts';
import { updateGaps } from '../integrity/gaps.ts';
import type { Assessed } from './delivery.ts';
import { hasBrokenLinks, insertUnlinked } from './known-records.ts';
import { alarmsOfNamed, type NamedCountersignatures } from './record-repository.ts';
import { type Accepted, isRejected } from './verify-batch.ts';

/** How far a kiosk has come with its delivery. */
export interface Advance {
  kioskId: string;
  highest: number;
  inOrder: number;
  /** The lowest sequence number of a fork in what came; null for none. */
  forkedFrom: number | null;
  delivered: number;
}

/** Notes what is out of order with a kiosk's chain. Of one that is not, which is nearly every one, it asks the database nothing. */
export async function noteChain(
  transaction: Transaction<Tables>,
  { delivery, kioskId, accepted, fresh, unlinked, alarms, linked, progress }: Assessed,
  named: NamedCountersignatures,
  now: Date,
): Promise<Advance> {
  const { checked, batch, signer } = delivery;
  const rejected: Finding[] = checked
    .filter(isRejected)
    .map(({ code, chainHash, sequence }) => ({ code, about: chainHash, sequence }));
  await insertUnlinked(transaction, kioskId, unlinked);
  await raiseAlarms(
    transaction,
    kioskId,
    [...rejected, ...alarms, ...alarmsOfNamed(fresh, named), ...otherStores(fresh, signer.kiosk.store_id)],
    now,
  );
  if (
    linked &&
    (await isAlarmOpen(transaction, kioskId, 'link_broken')) &&
    !(await hasBrokenLinks(transaction, kioskId))
  ) {
    await closeAlarms(transaction, kioskId, ['link_broken'], now);
  }
  const sequences = fresh.map(({ header }) => header.sequence);
  return {
    kioskId,
    highest: await updateGaps(transaction, kioskId, progress.highest, sequences, now),
    inOrder: batch.ahead ? progress.inOrder : Math.max(progress.inOrder, accepted.at(-1)?.header.sequence ?? 0),
    forkedFrom: lowestFork(alarms),
    delivered: fresh.length,
  };
}

export async function advanceKiosks(transaction: Transaction<Tables>, advances: Advance[]): Promise<void> {
  await sql`
    update kiosks set highest_sequence = advance.highest, in_order_sequence = advance.in_order,
      forked_from = least(kiosks.forked_from, advance.forked_from), delivered = kiosks.delivered + advance.delivered
    from unnest(
      ${advances.map(({ kioskId }) => kioskId)}::uuid[],
      ${advances.map(({ highest }) => highest)}::bigint[],
      ${advances.map(({ inOrder }) => inOrder)}::bigint[],
      ${advances.map(({ forkedFrom }) => forkedFrom)}::bigint[],
      ${advances.map(({ delivered }) => delivered)}::bigint[]
    ) as advance (id, highest, in_order, forked_from, delivered)
    where kiosks.id = advance.id`.execute(transaction);
}

/** One alarm for each store that the kiosk is not of, about the first record that names it. The record stays what its kiosk signed. */
function otherStores(records: Accepted[], storeId: string): Finding[] {
  const first = new Map<string, number>();
  for (const { header } of records.toReversed()) {
    if (header.storeId !== storeId) first.set(header.storeId, header.sequence);
  }
  return [...first].map(([about, sequence]) => ({ code: 'store_mismatch', about, sequence }));
}

/** A broken link is half a fork: the record before, which it names, is not here, and another one with its number is. */
function lowestFork(alarms: Finding[]): number | null {
  const forks = alarms.flatMap(({ code, sequence }) =>
    code === 'fork' ? [sequence] : code === 'link_broken' ? [sequence - 1] : [],
  );
  return forks.length === 0 ? null : Math.min(...forks);
}
