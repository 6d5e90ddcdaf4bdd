import { z } from 'zod';
import { countersignatureSchema } from '../../shared/contracts/wire.ts';
import {
  anyBytesSchema,
  bytesSchema,
  hashSchema,
  idSchema,
  instantSchema,
  keyIdSchema,
  publicKeySchema,
  signatureSchema,
  storeIdSchema,
} from '../../shared/primitives.ts';

/**
 * The ledger of one kiosk in one file (docs/record-format.md section 10): JSON, one object a line, UTF-8, each line ended by a line feed. The
 * first line says whose it is; then come the countersignature of enrolment and, by rising sequence, records and the countersignatures about
 * them; the last line closes it.
 */
export const auditHeadSchema = z.strictObject({
  audit: z.literal(1),
  exportedAt: instantSchema,
  kiosk: z.strictObject({
    id: idSchema,
    storeId: storeIdSchema,
    devicePublicKey: publicKeySchema,
    enrolledAt: instantSchema,
    revokedAt: instantSchema.nullable(),
  }),
  /** In force when it was exported. */
  epoch: idSchema,
  signingKeys: z.array(z.strictObject({ id: keyIdSchema, publicKey: publicKeySchema })).min(1),
});
export type AuditHead = z.infer<typeof auditHeadSchema>;

/** The header is any text here: what is wrong with it is for the verifier to say. */
const auditRecordSchema = z.strictObject({
  header: z.string(),
  bodyHash: hashSchema,
  /** Base64url; null once the body was erased. */
  sealed: anyBytesSchema.nullable(),
  signature: signatureSchema,
  receivedAt: instantSchema,
  serverSequence: z.int().min(1),
});
export type AuditRecord = z.infer<typeof auditRecordSchema>;

export const auditEndSchema = z.strictObject({
  records: z.int().min(0),
  countersignatures: z.int().min(0),
  /** Of the key that signs. */
  signingKeyId: keyIdSchema,
  /** Ed25519 over the domain line `countersign/audit/1` and SHA-256 of all bytes before this line. */
  signature: bytesSchema(64),
});
export type AuditEnd = z.infer<typeof auditEndSchema>;

export const auditLineSchema = z.union([
  z.strictObject({ record: auditRecordSchema }),
  z.strictObject({ countersignature: countersignatureSchema }),
  z.strictObject({ end: auditEndSchema }),
]);
