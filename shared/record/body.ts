import { z } from 'zod';
import { e164Schema } from '../phone/number.ts';
import { bytesSchema, hashSchema, languageSchema } from '../primitives.ts';
import { type Choice, choiceSchema } from './consent.ts';

/** A screen the customer passed and how many milliseconds after the first touch it appeared (GDPR Art. 7(1): how it was agreed). */
export const screenStepSchema = z.strictObject({
  screen: z.string().regex(/^[a-z][a-z_]{0,39}$/),
  afterMilliseconds: z.int().min(0),
});

function eachBoxOnce(choices: Choice[]): boolean {
  return new Set(choices.map(({ purpose, channel }) => `${purpose}/${channel}`)).size === choices.length;
}

/** The sealed part of a record of type `given`: who agreed to what, in which words, and how (docs/record-format.md section 3). */
export const givenBodySchema = z.strictObject({
  number: e164Schema,
  choices: z.array(choiceSchema).min(1).max(40).refine(eachBoxOnce, 'a box was answered twice'),
  /** Hashes of the notices whose words stood on the screen, in the order in which they stood there. */
  notices: z.array(hashSchema).min(1).max(40),
  /** Hash of the full privacy notice that was one tap away. */
  privacyNotice: hashSchema,
  language: languageSchema,
  collectionMethod: z.enum(['self_service', 'staff_assisted']),
  screens: z.array(screenStepSchema).min(1).max(200),
  /** Whether an age threshold was asked and passed; a birth date is never asked. */
  age: z.enum(['not_asked', 'threshold_passed']),
  verification: z.enum(['unverified']),
  /** The till's opaque reference of the purchase, or null. */
  transactionReference: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .nullable(),
  applicationVersion: z.string().max(40),
  /** Hash of the signed configuration in force. */
  configuration: hashSchema,
  /** 128 random bits that open the customer's manage page; the kiosk forgets them, the server keeps only their hash. */
  manageToken: bytesSchema(16),
});
export type GivenBody = z.infer<typeof givenBodySchema>;
