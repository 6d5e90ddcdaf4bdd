import type { KeyObject } from 'node:crypto';
import { sql } from 'kysely';
import { signatureWindowSeconds } from '../../../protocol/request-signature.ts';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { Kiosk } from '../../platform/database/types.ts';

/** Who signed a request, and the nonce that lets it be used once. */
export interface Signer {
  kiosk: Kiosk;
  /** The kiosk's public key. */
  key: KeyObject;
  nonce: string;
}

/** How far a kiosk has come. */
export interface Progress {
  highest: number;
  inOrder: number;
  epoch: string;
  /** Drawn for this request, once the kiosk was locked. */
  serverSequence: number;
}

/**
 * Marks the nonce as used, in the database, so that every server behind a load balancer refuses the same request. Within a
 * transaction it locks the kiosk's row until the end, and the nonce counts as used only if the transaction commits.
 * @throws CodedError request_replayed
 */
export async function consumeNonce(db: Database, signer: Signer, now: Date): Promise<Progress> {
  const progress = (await consumeNonces(db, [signer], 'wait', now)).get(signer.kiosk.id);
  if (progress === undefined || progress === 'replayed') throw new CodedError('request_replayed');
  return progress;
}

/**
 * The same for several requests, each of another kiosk.
 * @param locked what to do about a kiosk whose row another transaction has locked: wait for it, or skip it. Whoever locks several kiosks
 * skips, so that no two servers wait for each other, and no kiosk for another's.
 * @returns by kiosk id; a kiosk that was skipped is not in it.
 */
export async function consumeNonces(
  db: Database,
  signers: Signer[],
  locked: 'wait' | 'skip',
  now: Date,
): Promise<Map<string, Progress | 'replayed'>> {
  const expires = new Date(now.getTime() + 2 * signatureWindowSeconds * 1000);
  const ids = signers.map(({ kiosk }) => kiosk.id);
  const { rows } = await sql<Progress & { id: string; replayed: boolean }>`
    with locked as (
      select id, highest_sequence, in_order_sequence from kiosks where id = any(${ids}::uuid[])
      for no key update ${locked === 'skip' ? sql`skip locked` : sql``}
    ), fresh as (
      insert into request_nonces (kiosk_id, nonce, expires_at)
      select id, nonce, ${expires}::timestamptz
      from unnest(${ids}::uuid[], ${signers.map(({ nonce }) => nonce)}::text[]) as used (id, nonce) join locked using (id)
      on conflict do nothing returning kiosk_id
    ), seen as (
      update kiosks set last_seen_at = ${now} from fresh where kiosks.id = fresh.kiosk_id
    )
    select id, fresh.kiosk_id is null as replayed, highest_sequence as highest, in_order_sequence as "inOrder", epoch,
      nextval('server_sequence') as "serverSequence"
    from locked left join fresh on fresh.kiosk_id = id cross join server_state`.execute(db);
  return new Map(rows.map(({ id, replayed, ...progress }) => [id, replayed ? 'replayed' : progress]));
}

/** Removes nonces whose requests would be stale by now. */
export async function forgetOldNonces(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('request_nonces').where('expires_at', '<', now).execute();
}
