import { sql } from 'kysely';
import { signatureWindowSeconds } from '../../../protocol/request-signature.ts';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { Kiosk } from '../../platform/database/types.ts';

/** Who signed a request, and the nonce that lets it be used once. */
export interface Signer {
  kiosk: Kiosk;
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
 * @returns the kiosk's highest sequence numbers, of all and of what came in order, and the server's epoch, as they are now.
 * @throws CodedError request_replayed
 */
export async function consumeNonce(db: Database, { kiosk, nonce }: Signer, now: Date): Promise<Progress> {
  const expires = new Date(now.getTime() + 2 * signatureWindowSeconds * 1000);
  const { rows } = await sql<Progress>`
    with fresh as (
      insert into request_nonces values (${kiosk.id}, ${nonce}, ${expires}) on conflict do nothing returning kiosk_id
    )
    update kiosks set last_seen_at = ${now} from fresh, server_state where kiosks.id = fresh.kiosk_id
    returning kiosks.highest_sequence as highest, kiosks.in_order_sequence as "inOrder", server_state.epoch,
      nextval('server_sequence') as "serverSequence"`.execute(db);
  const [found] = rows;
  if (found === undefined) throw new CodedError('request_replayed');
  return found;
}

/** Removes nonces whose requests would be stale by now. */
export async function forgetOldNonces(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('request_nonces').where('expires_at', '<', now).execute();
}
