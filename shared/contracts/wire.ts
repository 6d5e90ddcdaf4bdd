import { z } from 'zod';
import { signedConfigurationSchema } from '../configuration.ts';
import {
  hashSchema,
  idSchema,
  instantSchema,
  keyIdSchema,
  publicKeySchema,
  signatureSchema,
  storeIdSchema,
} from '../primitives.ts';

/** Limits both sides keep; the server refuses what is larger before it reads it. */
export const wireLimits = {
  recordsPerBatch: 500,
  /** Of a request body. */
  bodyBytes: 4 * 1024 * 1024,
  headerCharacters: 2048,
  sealedBytes: 32 * 1024,
  /**
   * How long a request may take: to arrive at the server, and for a kiosk its answer as well. One number for both, so that the server
   * does not cut off on a slow line what the kiosk still sends.
   */
  requestMilliseconds: 10 * 60_000,
} as const;

/** A record as it travels (docs/record-format.md section 6): in CBOR, and so the sealed body as bytes. */
export const wireRecordSchema = z.strictObject({
  /** The canonical JSON of the header, the exact characters that were hashed. */
  header: z.string().min(2).max(wireLimits.headerCharacters),
  bodyHash: hashSchema,
  /** HPKE encapsulated key (32 bytes) followed by the ciphertext. */
  sealed: z.instanceof(Uint8Array).refine(({ length }) => length <= wireLimits.sealedBytes),
  signature: signatureSchema,
});
export type WireRecord = z.infer<typeof wireRecordSchema>;

/**
 * What the server committed to: the chain of this kiosk up to `sequence` was here at `serverTime`. It covers every record
 * that is linked to `chainHash` by hash, so one is enough for a run of records.
 */
export const countersignatureSchema = z.strictObject({
  version: z.literal(1),
  kioskId: idSchema,
  /** 0 is the one given at enrolment, before any record. */
  sequence: z.int().min(0),
  chainHash: hashSchema,
  /** The server's own counter: the number that was last given to anything the server accepted when this was made. No clock can turn it. */
  serverSequence: z.int().min(1),
  /** What the server's clock said. Evidence only: no order rests on it. */
  serverTime: instantSchema,
  /** Changes when the server was restored from an older backup: kiosks then send everything they still hold again. */
  epoch: idSchema,
  signingKeyId: keyIdSchema,
  signature: signatureSchema,
});
export type Countersignature = z.infer<typeof countersignatureSchema>;

export const batchSchema = z.strictObject({
  version: z.literal(1),
  records: z.array(wireRecordSchema).min(1).max(wireLimits.recordsPerBatch),
  /** The last sequence number of a batch that was sent before and is not answered yet: only after that one is this to be taken in. */
  follows: z.int().min(1).optional(),
  /**
   * These come before records with lower sequence numbers, which are still on the kiosk and follow: withdrawals, which must not wait
   * in a queue. What they jump over is announced by this and no gap.
   */
  ahead: z.literal(true).optional(),
  /** Those that the records name and that came with heartbeats: the server kept no copy of them. */
  countersignatures: z.array(countersignatureSchema).max(wireLimits.recordsPerBatch).optional(),
});
export type Batch = z.infer<typeof batchSchema>;

/** Why one record was not accepted. The kiosk keeps it as refused and goes on with the next; it tries again when the server is another version. */
export const rejectionCodes = [
  /** The header is not what header.ts describes, or names another kiosk. */
  'header_malformed',
  /** The header parses, but its characters are not the RFC 8785 form. */
  'header_not_canonical',
  /** The sealed body is not the one whose hash the device signed. */
  'body_altered',
  /** The sealed body belongs to another record of the same batch. */
  'body_swapped',
  /** The device signature does not fit header and body hash: the header was changed, or another key signed. */
  'signature_invalid',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** What of a record can no longer be read on its kiosk, so that it cannot be sent: the kiosk tells, and keeps what is left. */
export const damageCodes = [
  /** No header of section 2 of the format, or another record's. */
  'header_unreadable',
  'body_hash_unreadable',
  'sealed_unreadable',
  'signature_unreadable',
] as const;
export type DamageCode = (typeof damageCodes)[number];

export const damageReportSchema = z.strictObject({
  records: z
    .array(z.strictObject({ sequence: z.int().min(1), problem: z.enum(damageCodes) }))
    .min(1)
    .max(wireLimits.recordsPerBatch),
});
export type DamageReport = z.infer<typeof damageReportSchema>;

/**
 * The answer for one record. `conflict`: kept and countersigned, but another record with the same sequence or the same id
 * exists (a fork: usually a kiosk restored from a backup); head office is alarmed. `duplicate`: was here already.
 */
export const recordAnswerSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ sequence: z.int(), outcome: z.enum(['countersigned', 'duplicate', 'conflict']) }),
  z.strictObject({ sequence: z.int(), outcome: z.literal('rejected'), code: z.enum(rejectionCodes) }),
]);
export type RecordAnswer = z.infer<typeof recordAnswerSchema>;

export const batchAnswerSchema = z.strictObject({
  /** In the order of the batch. */
  answers: z.array(recordAnswerSchema),
  /** One for the last record of each linked run of accepted records. */
  countersignatures: z.array(countersignatureSchema),
  /** Sequence numbers that have never arrived although later ones came in order, as ranges, at most 20: gaps in the chain, alarmed. */
  missing: z.array(z.strictObject({ from: z.int(), to: z.int() })).max(20),
});
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;

/**
 * With what a kiosk asks whether all is as it knows it: the latest countersignature that it has seen, so that a server that was
 * restored from a backup notices what it has lost. Null: it has none whole.
 */
export const heartbeatSchema = z.strictObject({ countersignature: countersignatureSchema.nullable() });
export type Heartbeat = z.infer<typeof heartbeatSchema>;

export const heartbeatAnswerSchema = z.strictObject({
  /** Of the record that the newest one given is about, made anew: whatever is recorded from now on is later than what the server accepted up to now. */
  countersignature: countersignatureSchema,
  /** Hash of the configuration that is in force. */
  configuration: hashSchema,
});
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswerSchema>;

/** A code in Crockford base32 as it was meant: case, spaces, hyphens, O for 0, I and L for 1. */
export const forgiveTyping = (code: string): string =>
  code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');

/**
 * A one-time enrolment code: three groups of four Crockford base32 characters, `7K3M-Q0XV-9TBD`. The first group names the
 * code, the other two are its secret (40 bits). Typing is forgiven: case, spaces, hyphens, O for 0, I and L for 1.
 */
export const enrolmentCodeSchema = z
  .string()
  .max(40)
  .transform(forgiveTyping)
  .pipe(z.string().regex(/^[0-9A-HJKMNP-TV-Z]{12}$/));

export const enrolmentRequestSchema = z.strictObject({
  code: z.string().max(40),
  devicePublicKey: publicKeySchema,
  /** Printable ASCII. */
  applicationVersion: z.string().regex(/^[ -~]{0,40}$/),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

/** What a kiosk pins for good when it joins. */
export const enrolmentAnswerSchema = z.strictObject({
  kioskId: idSchema,
  storeId: storeIdSchema,
  epoch: idSchema,
  serverTime: instantSchema,
  signingKey: z.strictObject({ id: keyIdSchema, publicKey: publicKeySchema }),
  sealKey: z.strictObject({ id: keyIdSchema, publicKey: publicKeySchema }),
  /** Sequence 0: what the first record names as the last countersignature seen. */
  countersignature: countersignatureSchema,
  configuration: signedConfigurationSchema,
});
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswerSchema>;

/**
 * With what a kiosk that the server does not know any more asks to be known again: what it got at its enrolment, signed by the server's
 * own key over the kiosk's id and device key. Not signed there, and so only claimed: the store.
 */
export const readoptionSchema = z.strictObject({
  devicePublicKey: publicKeySchema,
  applicationVersion: enrolmentRequestSchema.shape.applicationVersion,
  storeId: storeIdSchema,
  /** That of sequence 0, as the enrolment answer had it. */
  enrolment: countersignatureSchema,
  /** The latest that it has seen. Null: it has none whole. */
  countersignature: countersignatureSchema.nullable(),
});
export type Readoption = z.infer<typeof readoptionSchema>;

/** Asks for a code by text to the number of a record that this kiosk has delivered. */
export const verificationRequestSchema = z.strictObject({ recordId: idSchema });

/** A code is six digits, good for ten minutes and three tries; a resend is a new request for the same record. */
export const verificationAnswerSchema = z.strictObject({
  verificationId: idSchema,
  triesLeft: z.int().min(0),
  resendAfterSeconds: z.int().min(0),
});
export type VerificationAnswer = z.infer<typeof verificationAnswerSchema>;

export const verificationCheckSchema = z.strictObject({ code: z.string().regex(/^\d{6}$/) });
export const verificationResultSchema = z.strictObject({ confirmed: z.boolean(), triesLeft: z.int().min(0) });
export type VerificationResult = z.infer<typeof verificationResultSchema>;

/** In every answer: the version of the server, because another one may accept what this one refuses. */
export const versionHeader = 'countersign-version';

/**
 * Every refusal of the server, whatever the route: a problem document (RFC 9457) as `application/problem+json`. Programs decide by `code`,
 * one of the catalogue of the server's version; `serverTime` lets a kiosk with a wrong clock sign again.
 */
export const problemSchema = z.object({
  /** `/problems/` and the code: what it means is answered there. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  serverTime: instantSchema,
});
export type Problem = z.infer<typeof problemSchema>;
