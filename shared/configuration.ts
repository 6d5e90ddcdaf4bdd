import { z } from 'zod';
import { languageProblems } from './configuration-languages.ts';
import { takenFor } from './phone/countries.ts';
import { regionSchema } from './phone/regions.ts';
import { hashSchema, idSchema, languageSchema, storeIdSchema } from './primitives.ts';
import { channelSchema, purposeSchema } from './record/consent.ts';

const text = (max: number) => z.string().min(1).max(max);

/**
 * The words of one purpose in one language, with the boxes they stand beside. Immutable: a changed word is another notice,
 * because a notice's name is the hash of its content.
 */
export const noticeSchema = z.strictObject({
  purpose: purposeSchema,
  language: languageSchema,
  /** What the purpose is, in two or three words: "Loyalty points". */
  heading: text(60),
  /** One unticked box per channel, in the order in which they stand on the screen. */
  boxes: z
    .array(z.strictObject({ channel: channelSchema, label: text(80), sentence: text(220) }))
    .min(1)
    .max(3),
});
export type Notice = z.infer<typeof noticeSchema>;

/** The full privacy notice of GDPR Art. 13 in one language, one tap from the choices. */
export const privacyNoticeSchema = z.strictObject({
  language: languageSchema,
  title: text(80),
  sections: z
    .array(z.strictObject({ heading: text(80), text: text(2000) }))
    .min(1)
    .max(30),
});
export type PrivacyNotice = z.infer<typeof privacyNoticeSchema>;

/** Words of the shop itself in one language; everything else the screens say is in the application's message files. */
const shopWordsSchema = z.strictObject({
  language: languageSchema,
  /** One sentence of value for the attract screen, readable from three metres. */
  invitation: text(90),
  /** What the customer gets and how the number is treated, one plain sentence. */
  explanation: text(200),
  /** What must stand under the boxes where the law asks for it (CTIA in the United States), or null. */
  smallPrint: text(600).nullable(),
});

const countriesSchema = z.union(
  [z.literal('all'), z.array(regionSchema).min(1, 'name one country at least, or "all"').max(300)],
  {
    error: '"all", or a list of countries by ISO code such as ["FR", "BE"]',
  },
);

/**
 * Whose numbers the shop takes. A country here is the one that a number belongs to by its numbering plan: Guernsey (GG) is not
 * the United Kingdom (GB), nor Puerto Rico (PR) the United States (US). Satellites and numbers at extra cost are never taken, and
 * whatever number there is can be stopped. Codes to countries where the shop has no customers are how fraud earns money
 * (SMS pumping), so a shop does well to name the ones it has.
 */
const countryRulesSchema = z.strictObject({
  /** Countries whose numbers may be left. */
  accepted: countriesSchema,
  /**
   * Countries among them whose numbers may be sent texts: codes, links, confirmations. Where texts are asked for, the kiosk takes
   * no other number, and the server sends none to it, whichever kiosk it came from.
   */
  texted: countriesSchema,
});

const seconds = (min: number, max: number) => z.int().min(min).max(max);

/**
 * Whoever needs longer must not lose what they typed: the warning counts down for at least the 20 seconds of WCAG 2.2.1. A code
 * is scanned or written down in 45 seconds.
 */
const least = { idleCountdownSeconds: 20, savedSeconds: 45 };

/** The times that a shop may set. */
export const timeoutsSchema = z.strictObject({
  /** Without a touch for this long, the warning appears. */
  idleWarningSeconds: seconds(5, 600),
  /** The warning counts down this long, then everything is wiped. */
  idleCountdownSeconds: seconds(least.idleCountdownSeconds, 120),
  /** How long the last screen stays. */
  savedSeconds: seconds(least.savedSeconds, 120),
  /**
   * However busy it looks in front of the kiosk, after this long the warning appears too: a broken touch screen or something
   * that lies on the keys never stops. Pressing "I am still here" begins it anew.
   */
  longestSessionSeconds: seconds(300, 3600).default(900),
});

/** A kiosk may still have shorter times, from a server that allowed them: then the least ones count. */
const raised = (to: number) => seconds(5, 120).transform((set) => Math.max(set, to));

/**
 * Everything a kiosk shows that is the retailer's and not the product's: brand, languages, country, notices, times. It comes
 * from the server, signed; the kiosk keeps the last one that verified. At most 256 KiB as canonical JSON.
 */
export const configurationSchema = z
  .strictObject({
    version: z.literal(1),
    storeId: storeIdSchema,
    brand: z.strictObject({
      name: text(40),
      accent: z.string().regex(/^#[0-9a-f]{6}$/, 'must be a colour like "#0b6e4f", in small letters'),
    }),
    /** First one is the language the attract screen speaks. */
    languages: z.array(languageSchema).min(1).max(12),
    /** ISO 3166-1 alpha-2 of the store: its country stands first in the country list. */
    country: regionSchema,
    /** All of them where nothing is said. */
    countries: countryRulesSchema.default({ accepted: 'all', texted: 'all' }),
    /** Where customers reach the server's manage page, without a final slash; null where they cannot, and no QR is shown. */
    publicUrl: z.url().max(200).nullable(),
    /** Head office has stopped the asking for now; stopping messages still works. */
    paused: z.boolean(),
    /** The age question before the number, where the law asks for it: below the threshold nothing is kept without a guardian. */
    age: z.strictObject({ threshold: z.int().min(1).max(21), guardian: z.boolean() }).nullable(),
    words: z.array(shopWordsSchema),
    notices: z.array(z.strictObject({ hash: hashSchema, notice: noticeSchema })).min(1),
    privacyNotices: z.array(z.strictObject({ hash: hashSchema, notice: privacyNoticeSchema })).min(1),
    timeouts: timeoutsSchema.extend({
      idleCountdownSeconds: raised(least.idleCountdownSeconds),
      savedSeconds: raised(least.savedSeconds),
    }),
  })
  .refine(({ country, countries: { accepted } }) => accepted === 'all' || accepted.includes(country), {
    path: ['countries', 'accepted'],
    error: "the shop's own country is not among them",
  })
  .refine(({ countries }) => takenFor('texts', countries).length > 0, {
    path: ['countries', 'texted'],
    error: 'none of them is accepted',
  })
  .superRefine(({ notices, privacyNotices, ...rest }, context) => {
    const parts = {
      notices: notices.map(({ notice }) => notice),
      privacyNotices: privacyNotices.map(({ notice }) => notice),
    };
    for (const { place, problem } of languageProblems({ ...rest, ...parts })) {
      context.addIssue({ code: 'custom', path: place.split('.'), message: problem });
    }
  });
export type Configuration = z.infer<typeof configurationSchema>;

/** Of its canonical JSON, in characters. */
export const longestConfiguration = 262_144;

/**
 * A configuration as it travels and as it is kept: its exact canonical JSON, which one it is, and the signature over both. Of two in one
 * epoch the one with the higher revision is newer; one of an epoch that has ended is over (a restored server counts in a new one).
 */
export const signedConfigurationSchema = z.strictObject({
  document: z.string().max(longestConfiguration),
  epoch: idSchema,
  revision: z.int().min(1),
  signingKeyId: z.string(),
  signature: z.string(),
});
export type SignedConfiguration = z.infer<typeof signedConfigurationSchema>;

/** Which of all configurations it is. */
export type ConfigurationIssue = Pick<SignedConfiguration, 'epoch' | 'revision'>;
