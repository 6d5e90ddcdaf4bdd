import { z } from 'zod';
import {
  hashSchema,
  idSchema,
  instantSchema,
  keyIdSchema,
  publicKeySchema,
  signatureSchema,
} from '../../shared/primitives.ts';

/*
 * The audit trail of a server in one file (docs/record-format.md section 11): JSON, one object a line. First the keys, then all entries in their
 * order, then the signed head.
 */

const wordSchema = z.string().regex(/^[a-z][a-z_.]{0,59}$/);

/** What was done, on whose behalf, about what, and how it ended. Ids are opaque: nothing personal is in an entry. */
export const auditEntrySchema = z.strictObject({
  /** 1 is the first, then one more for each. */
  sequence: z.int().min(1),
  /** What the server's clock said. The order is that of `sequence`. */
  at: instantSchema,
  principal: z.strictObject({ kind: wordSchema, id: z.string().max(100).nullable() }),
  action: wordSchema,
  about: z.strictObject({ kind: wordSchema, id: z.string().max(100) }).nullable(),
  outcome: wordSchema,
  /** Of the entry before; of the first, `emptyTrailHash`. */
  previousHash: hashSchema,
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const chainedEntrySchema = auditEntrySchema.extend({ hash: hashSchema });
export type ChainedEntry = z.infer<typeof chainedEntrySchema>;

/** What the server vouches for: the trail had this last entry, and so all before it. Good without the file as well. */
export const trailHeadSchema = z.strictObject({
  /** Of the last entry; 0 while there is none. */
  sequence: z.int().min(0),
  hash: hashSchema,
  at: instantSchema,
  /** In force then. */
  epoch: idSchema,
  signingKeyId: keyIdSchema,
  signature: signatureSchema,
});
export type TrailHead = z.infer<typeof trailHeadSchema>;

export const trailFileSchema = z.strictObject({
  auditTrail: z.literal(1),
  signingKeys: z.array(z.strictObject({ id: keyIdSchema, publicKey: publicKeySchema })).min(1),
});
export type TrailFile = z.infer<typeof trailFileSchema>;

export const trailLineSchema = z.union([
  z.strictObject({ entry: chainedEntrySchema }),
  z.strictObject({ head: trailHeadSchema }),
]);
