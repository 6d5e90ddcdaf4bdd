import { z } from 'zod';
import { phoneNumberSchema } from '../../../shared/phone/number.ts';
import { bodySchemas } from '../../../shared/record/body.ts';
import { bodyContext, decrypt } from '../../platform/keys/cipher.ts';
import type { Subject } from './subjects.ts';

/** What is kept of a body: all but the manage token, of which only the hash is. */
const keptBodySchema = z.union([
  bodySchemas.given.omit({ manageToken: true }),
  bodySchemas.guardian_consent.omit({ manageToken: true }),
  bodySchemas.withdrawn,
  // Of a change of number each side keeps the other's number only as long as that one was not erased.
  bodySchemas.number_changed
    .omit({ manageToken: true })
    .extend({ number: phoneNumberSchema.nullable(), previousNumber: phoneNumberSchema.nullable() }),
]);
export type KeptBody = z.infer<typeof keptBodySchema>;

/** @throws Error if the row is not this subject's or was touched. */
export function readOpened(subject: Subject, row: { kiosk_id: string; chain_hash: string; body: Buffer }): KeptBody {
  const plain = decrypt(subject.key, row.body, bodyContext(subject.id, row.kiosk_id, row.chain_hash));
  return keptBodySchema.parse(JSON.parse(plain.toString('utf8')));
}

/** Of a change of number, what is kept when one of the two persons was erased. Any other body stays as it is. */
export function withoutNumber<Body extends object>(body: Body, number: string): Body {
  if (!('previousNumber' in body) || !('number' in body)) return body;
  const without = (each: unknown) => (each === number ? null : each);
  return { ...body, number: without(body.number), previousNumber: without(body.previousNumber) };
}

/** All but the last two digits hidden: `+••••••••••56`. */
export const masked = (number: string): string => `+${'•'.repeat(number.length - 3)}${number.slice(-2)}`;
