import { z } from 'zod';
import { phoneNumberSchema } from '../phone/number.ts';
import { bytesSchema, hashSchema, languageSchema } from '../primitives.ts';
import { type Choice, choiceSchema } from './consent.ts';
import { presentationSchema } from './presentation.ts';

/** The evidence has room for this many steps. */
export const mostSteps = 100;

/** A screen the customer passed and how many milliseconds after the first touch it appeared (GDPR Art. 7(1): how it was agreed). */
export const screenStepSchema = z.strictObject({
  screen: z.string().regex(/^[a-z][a-z_]{0,39}$/),
  afterMilliseconds: z.int().min(0),
});

/** Words that stood on the screen, by the hash of their notice. */
export const shownNoticeSchema = z.strictObject({
  hash: hashSchema,
  /** When its beginning and its end had both been in sight, in milliseconds after the first touch; null where that never was. */
  inSightAfterMilliseconds: z.int().min(0).nullable(),
});
export type ShownNotice = z.infer<typeof shownNoticeSchema>;

function eachBoxOnce(choices: Choice[]): boolean {
  return new Set(choices.map(({ purpose, channel }) => `${purpose}/${channel}`)).size === choices.length;
}

/** How it came about: what every body says (docs/record-format.md section 3). */
const evidence = {
  language: languageSchema,
  collectionMethod: z.enum(['self_service', 'staff_assisted']),
  screens: z.array(screenStepSchema).min(1).max(mostSteps),
  presentation: presentationSchema,
  applicationVersion: z.string().max(40),
  /** Hash of the signed configuration in force. */
  configuration: hashSchema,
};

/**
 * 128 random bits that open the customer's manage page. They leave the kiosk in the QR of the receipt and in the seal, and the
 * server keeps only their hash.
 */
const manageToken = bytesSchema(16);

/** Who agreed to what, in which words. */
const agreement = {
  number: phoneNumberSchema,
  choices: z.array(choiceSchema).min(1).max(40).refine(eachBoxOnce, 'a box was answered twice'),
  /** In the order in which they stood on the screen. */
  notices: z.array(shownNoticeSchema).min(1).max(40),
  /** The full one, which was one tap away. */
  privacyNotice: shownNoticeSchema,
  /** Whether an age threshold was asked and passed; a birth date is never asked. */
  age: z.enum(['not_asked', 'threshold_passed']),
  /** The kiosk never knows more: a code is checked by the server, which keeps that itself. */
  verification: z.enum(['unverified']),
  /** The till's opaque reference of the purchase, or null. */
  transactionReference: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .nullable(),
  manageToken,
};

export const givenBodySchema = z.strictObject({ ...agreement, ...evidence });
export type GivenBody = z.infer<typeof givenBodySchema>;

/** Whose PIN it was with which somebody attested that a guardian was there. */
export const attestationSchema = z.enum(['staff_pin', 'manager_pin']);
export type Attestation = z.infer<typeof attestationSchema>;

/** A guardian's agreement for a child: the number is the guardian's own, and a member of staff attested that they were there. */
const guardianConsentBodySchema = z.strictObject({ ...agreement, ...evidence, attestation: attestationSchema });

/** "Stop messages to my number": everything, whatever was agreed before. Any number can say so. */
const withdrawnBodySchema = z.strictObject({ number: phoneNumberSchema, scope: z.enum(['everything']), ...evidence });

/** "Change my number": what was agreed for the one holds for the other, once the new one is confirmed. */
const numberChangedBodySchema = z.strictObject({
  previousNumber: phoneNumberSchema,
  number: phoneNumberSchema,
  verification: z.enum(['unverified']),
  manageToken,
  ...evidence,
});

/** The sealed part of a record, by its type. Type names are permanent. */
export const bodySchemas = {
  given: givenBodySchema,
  guardian_consent: guardianConsentBodySchema,
  withdrawn: withdrawnBodySchema,
  number_changed: numberChangedBodySchema,
} as const;
export type RecordType = keyof typeof bodySchemas;
export type RecordBody = { [T in RecordType]: z.infer<(typeof bodySchemas)[T]> }[RecordType];
