import { sql, type Transaction } from 'kysely';
import type { PhoneNumber } from '../../../shared/phone/number.ts';
import type { Tables } from '../../platform/database/types.ts';
import type { KnownPlace } from '../../platform/journal/entry.ts';
import type { MasterKeys } from '../../platform/keys/master-keys.ts';
import { isKnown } from '../subjects/known-places.ts';
import { blindIndex } from '../subjects/subjects.ts';
import { type RecordPlace, samePlaces } from './unopened.ts';

/**
 * After a restore kiosks send again also what was erased; the journal says which records those are. The sealed body goes as well: it
 * would still open.
 * @returns the records of those who were not erased. Of a change of number one of the two may have been: `erased`.
 */
export async function leaveOutErased<Read extends { record: RecordPlace; numbers: PhoneNumber[] }>(
  transaction: Transaction<Tables>,
  master: MasterKeys,
  read: Read[],
): Promise<(Read & { erased: PhoneNumber[] })[]> {
  const known = await knownOfErased(
    transaction,
    master,
    read.flatMap(({ numbers }) => numbers),
  );
  const judged = read.map((each) => {
    const place = { kioskId: each.record.kiosk_id, sequence: each.record.sequence };
    const erased = each.numbers.filter((number) => isKnown(known.get(number) ?? [], place));
    return { ...each, erased, numbers: each.numbers.filter((number) => !erased.includes(number)) };
  });
  await eraseSealed(
    transaction,
    judged.filter(({ erased }) => erased.length > 0).map(({ record }) => record),
  );
  return judged.filter(({ numbers }) => numbers.length > 0);
}

/** For each of the numbers that was erased before a restore: its records of before that. */
async function knownOfErased(
  transaction: Transaction<Tables>,
  master: MasterKeys,
  numbers: string[],
): Promise<Map<string, KnownPlace[]>> {
  if (numbers.length === 0) return new Map();
  const { all } = await master.inUse(transaction);
  const indexes = new Map(all.flatMap((key) => numbers.map((number) => [blindIndex(key, number), number])));
  const rows = await transaction
    .selectFrom('suppressions')
    .select(['blind_index', 'known'])
    .where('blind_index', 'in', [...indexes.keys()])
    .where('known', 'is not', null)
    .execute();
  const known = new Map<string, KnownPlace[]>();
  for (const { blind_index, known: places } of rows) {
    const number = indexes.get(blind_index) ?? '';
    known.set(number, [...(known.get(number) ?? []), ...(places ?? [])]);
  }
  return known;
}

async function eraseSealed(transaction: Transaction<Tables>, places: RecordPlace[]): Promise<void> {
  if (places.length === 0) return;
  await sql`
    delete from sealed_bodies using ${samePlaces(places)} as erased (kiosk_id, sequence, chain_hash)
    where sealed_bodies.kiosk_id = erased.kiosk_id and sealed_bodies.sequence = erased.sequence
      and sealed_bodies.chain_hash = erased.chain_hash`.execute(transaction);
}
