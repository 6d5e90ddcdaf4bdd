import { z } from 'zod';
import { hashSchema, idSchema, instantSchema, keyIdSchema, recordIdSchema, storeIdSchema } from '../primitives.ts';

/**
 * The clear part of a record (docs/record-format.md section 2). It holds no personal data, by construction: strict, and no
 * field in it is free text. Its canonical JSON is the AAD of the seal, so changing a byte of it breaks the body too.
 */
export const headerSchema = z.strictObject({
  version: z.literal(1),
  recordId: recordIdSchema,
  kioskId: idSchema,
  storeId: storeIdSchema,
  /** 1, 2, 3, ... for each kiosk, without a gap. */
  sequence: z.int().min(1),
  /** `given` today; a server that does not know a type parks the record, it never refuses it. */
  type: z.string().regex(/^[a-z][a-z_]{0,39}$/),
  /** What the kiosk's clock said; it may be wrong by years. */
  deviceTime: instantSchema,
  /** Milliseconds of the machine's monotonic clock since it was switched on; only differences mean anything. */
  monotonicTime: z.int().min(0),
  /** Hash of the last countersignature the kiosk had seen: nobody could know it before the server gave it. */
  lastCountersignature: hashSchema,
  /** Which server key the body is sealed to. */
  sealKeyId: keyIdSchema,
  previousChainHash: hashSchema,
});
export type RecordHeader = z.infer<typeof headerSchema>;
