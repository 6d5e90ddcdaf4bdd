import { z } from 'zod';
import { inputModalitySchema } from './presentation.ts';

/** Purpose names are data of the retailer's configuration; these shapes are all the code knows of them. */
export const purposeSchema = z
  .string()
  .regex(/^[a-z][a-z_]{0,39}$/, 'must be a name in small letters and _, 40 at most, like "loyalty"');

/** How a person may be reached. W3C DPV would call these technical measures of communication; the names are permanent. */
export const channelSchema = z.enum(['sms', 'call', 'messaging_app']);
export type Channel = z.infer<typeof channelSchema>;

/** One answer to one box on the screen: purpose x channel, granted or declined. A box left alone is declined. */
export const choiceSchema = z
  .strictObject({
    purpose: purposeSchema,
    channel: channelSchema,
    answer: z.enum(['granted', 'declined']),
    /** By what the box was ticked or unticked last; `none` where it was left alone. */
    inputModality: inputModalitySchema.or(z.literal('none')),
  })
  .refine(({ answer, inputModality }) => answer === 'declined' || inputModality !== 'none', 'granted by nobody');
export type Choice = z.infer<typeof choiceSchema>;
