import { randomBytes } from 'node:crypto';
import { bytesSchema } from '../../../shared/primitives.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import { hashToken } from '../../platform/keys/tokens.ts';
import { type Person, type Place, personOfRecord } from '../consent/person.ts';

/** What a token opens. */
export interface Opened {
  place: Place;
  person: Person;
  /** The token came in a text to the number, so whoever has it has the number. From a receipt it proves nothing of that kind. */
  byText: boolean;
}

const tokenSchema = bytesSchema(16);
/** A token that nobody can know, and so no kiosk can claim: looked up in place of a malformed one. */
const unusedToken = randomBytes(16).toString('base64url');

/**
 * The record that a token belongs to, under the number that agreed. A token is found by its hash, so how long it takes says
 * nothing about how much of a guess was right; a malformed one takes as long as any other.
 */
export async function resolveToken(db: Database, keys: ServerKeys, token: string): Promise<Opened | null> {
  const hash = hashToken(tokenSchema.safeParse(token).success ? token : unusedToken);
  const columns = ['subject_id', 'kiosk_id', 'chain_hash'] as const;
  const fromReceipt = await db
    .selectFrom('opened_records')
    .select(columns)
    .where('manage_token_hash', '=', hash)
    .execute();
  const fromText = await db.selectFrom('verifications').select(columns).where('link_hash', '=', hash).execute();
  for (const [places, byText] of [
    [fromText, true],
    [fromReceipt, false],
  ] as const) {
    for (const place of places) {
      const person = await personOfRecord(db, keys, place);
      if (person !== null) return { place, person, byText };
    }
  }
  return null;
}
