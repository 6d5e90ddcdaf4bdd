import { z } from 'zod';
import { phoneNumberSchema } from '../../../shared/phone/number.ts';
import { hashSchema, idSchema, instantSchema } from '../../../shared/primitives.ts';

const sequenceSchema = z.int().nonnegative();

/** One record's place in the chain of its kiosk. */
const placeSchema = z.strictObject({ kioskId: idSchema, sequence: sequenceSchema });
export type KnownPlace = z.infer<typeof placeSchema>;

const common = {
  /** Drawn for it: names the entry, and orders it among all others. */
  serverSequence: sequenceSchema,
  happenedAt: instantSchema,
};

/** A number, E.164, and the last record that was known of it on each kiosk: these and what came before them are older than the entry. */
const person = { number: phoneNumberSchema, known: z.array(placeSchema) };

/** What may not be lost with the database: everything that stops, erases or revokes, and what lifts it again. */
export const journalEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('withdrawn'),
    ...common,
    ...person,
    id: idSchema,
    /** `record`: a kiosk's record that ends what was agreed for the number. Otherwise the page it was said on. */
    source: z.enum(['manage_page', 'receipt_page', 'record']),
    kioskId: idSchema,
    sequence: sequenceSchema,
    chainHash: hashSchema,
  }),
  z.strictObject({ kind: z.literal('erased'), ...common, ...person }),
  z.strictObject({ kind: z.enum(['kiosk_revoked', 'kiosk_reinstated']), ...common, kioskId: idSchema }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;
