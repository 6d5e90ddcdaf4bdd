import { z } from 'zod';
import { configurationSchema } from '../configuration.ts';
import { phoneNumberSchema } from '../phone/number.ts';
import { isPin } from '../pin.ts';
import { hashSchema, idSchema, languageSchema } from '../primitives.ts';
import { attestationSchema, mostSteps, screenStepSchema, shownNoticeSchema } from '../record/body.ts';
import { choiceSchema } from '../record/consent.ts';
import { presentationSchema } from '../record/presentation.ts';

/**
 * The calls between the screens and the main process. Every argument and every answer is parsed with these schemas in the
 * main process; the preload exposes exactly these functions and nothing else.
 */

const session = {
  /** Made when the customer presses save; the same intent sent twice is saved once (double taps). */
  intentId: idSchema,
  language: languageSchema,
  /** Hash of the configuration whose words were on the screen: that one, and no other, becomes the evidence. */
  configuration: hashSchema,
  screens: z.array(screenStepSchema).min(1).max(mostSteps),
  presentation: presentationSchema,
};

const agreement = {
  number: phoneNumberSchema,
  choices: z.array(choiceSchema).min(1).max(40),
  notices: z.array(shownNoticeSchema).min(1).max(40),
  privacyNotice: shownNoticeSchema,
  age: z.enum(['not_asked', 'threshold_passed']),
};

/** What the customer agreed to or asked for, on its way from the screen to the seal. It exists nowhere else in clear. */
export const captureDraftSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('given'), ...agreement, ...session }),
  /** Needs `staff:attest` shortly before; one attestation is good for one of these. */
  z.strictObject({ type: z.literal('guardian_consent'), ...agreement, ...session }),
  z.strictObject({ type: z.literal('withdrawn'), number: phoneNumberSchema, ...session }),
  z.strictObject({
    type: z.literal('number_changed'),
    previousNumber: phoneNumberSchema,
    number: phoneNumberSchema,
    ...session,
  }),
]);
export type CaptureDraft = z.infer<typeof captureDraftSchema>;
export type AgreementDraft = Extract<CaptureDraft, { choices: unknown }>;

export const captureReceiptSchema = z.strictObject({
  /** Eight Crockford base32 characters, `7K3M-Q0XV`: finds the record at head office without naming the number. */
  receiptCode: z.string(),
  /** The customer's own page at the server, for the QR; null after a withdrawal. Whoever has it can manage this consent. */
  manageUrl: z.string().nullable(),
  /** Whether head office was in reach when the kiosk last tried; if not, the number may have been stopped without the kiosk knowing. */
  online: z.boolean(),
});
export type CaptureReceipt = z.infer<typeof captureReceiptSchema>;

/** A code was sent by text to the number of the record saved last. */
export const codeSentSchema = z.strictObject({
  /** Digits of the code. */
  digits: z.int(),
  triesLeft: z.int().min(0),
  /** Until a second code may be asked for. */
  resendAfterSeconds: z.int().min(0),
});
export type CodeSent = z.infer<typeof codeSentSchema>;

export const codeCheckedSchema = z.strictObject({ confirmed: z.boolean(), triesLeft: z.int().min(0) });
export type CodeChecked = z.infer<typeof codeCheckedSchema>;

/** Why the provisioning file in the data folder has not enrolled this kiosk. */
const provisioningProblemSchema = z.strictObject({
  /** A code of electron/enrolment/provisioning.ts, or of the enrolment itself. */
  code: z.string(),
  /** The field of the file that it is about, or empty. */
  field: z.string(),
  /** Where the file lies. */
  path: z.string(),
  /** Tried again without anybody's help. */
  retrying: z.boolean(),
});
export type ProvisioningProblem = z.infer<typeof provisioningProblemSchema>;

/** What the screens start from. */
export const kioskStateSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('not_enrolled'),
    applicationVersion: z.string(),
    provisioning: provisioningProblemSchema.nullable(),
  }),
  z.strictObject({
    state: z.literal('ready'),
    applicationVersion: z.string(),
    configuration: configurationSchema,
    configurationHash: hashSchema,
    /** Whose PIN vouches for a guardian: the manager's for as long as staff have none of their own. */
    attestsWith: attestationSchema,
  }),
  /** Capture is not possible (database damaged, disk full at start, `kiosk_revoked`): the screen says so plainly. */
  z.strictObject({ state: z.literal('stopped'), applicationVersion: z.string(), reason: z.string() }),
]);
export type KioskState = z.infer<typeof kioskStateSchema>;
/** What the screens show, and the name under which a draft says that it was this. */
export type ShownConfiguration = Pick<Extract<KioskState, { state: 'ready' }>, 'configuration' | 'configurationHash'>;

const pinSchema = z.string().refine(isPin);

export const enrolmentFormSchema = z.strictObject({
  /** `https://...`; `http://` only for a loopback address. */
  serverUrl: z.url().max(300),
  code: z.string().max(40),
  /** The manager's PIN for this kiosk. */
  pin: pinSchema,
  /** Another one for the staff, who vouch for guardians; the manager can set it later. */
  staffPin: pinSchema.optional(),
});
export type EnrolmentForm = z.infer<typeof enrolmentFormSchema>;

/** Sync as the manager sees it; `resultCode` is a code of the refusals in the error catalogue, `unreachable`, `untrusted_answer` or `ok`. */
export const syncStatusSchema = z.strictObject({
  online: z.boolean(),
  running: z.boolean(),
  unsent: z.int().min(0),
  /** Refused by the server one by one and kept here; tried again when the server is another version, or by "sync now". */
  refused: z.int().min(0),
  /** Can no longer be read on this kiosk: set aside, so that the others go. Head office is told which. */
  damaged: z.int().min(0),
  oldestUnsentAt: z.string().nullable(),
  delivered: z.int().min(0),
  lastAttemptAt: z.string().nullable(),
  lastSuccessAt: z.string().nullable(),
  resultCode: z.string(),
  /** While running: how many of how many are delivered in this run. */
  progress: z.strictObject({ done: z.int(), total: z.int() }).nullable(),
});
export type SyncStatus = z.infer<typeof syncStatusSchema>;

export const recordListItemSchema = z.strictObject({
  sequence: z.int(),
  /** Null when the record is damaged where they stood. */
  receiptCode: z.string().nullable(),
  capturedAt: z.string().nullable(),
  state: z.enum(['unsent', 'countersigned', 'refused', 'damaged']),
  countersignedAt: z.string().nullable(),
});
export type RecordListItem = z.infer<typeof recordListItemSchema>;

export const managerStatusSchema = z.strictObject({
  kioskId: z.string(),
  storeId: z.string(),
  serverUrl: z.string(),
  applicationVersion: z.string(),
  runtime: z.string(),
  /** Bytes free on the disk of the data folder. */
  freeBytes: z.number(),
  /** Whether the operating system offers a keyring; the confidentiality of numbers does not depend on it. */
  keyring: z.enum(['available', 'absent']),
  /** Whether staff have a PIN of their own. */
  staffPin: z.boolean(),
  sync: syncStatusSchema,
  /** The newest twenty, newest first; no number, by construction. */
  recent: z.array(recordListItemSchema).max(20),
});
export type ManagerStatus = z.infer<typeof managerStatusSchema>;

export const unlockAnswerSchema = z.discriminatedUnion('unlocked', [
  z.strictObject({ unlocked: z.literal(true) }),
  z.strictObject({ unlocked: z.literal(false), waitSeconds: z.number() }),
]);
export type UnlockAnswer = z.infer<typeof unlockAnswerSchema>;

const nothing = z.void();

/** What has failed on the screens, without a word of its own: those may quote what somebody typed. */
export const screenFailureSchema = z.strictObject({
  /** A part that was not there when it was wanted, a drawing, an event, or a promise that nobody waited for. */
  kind: z.enum(['part', 'drawing', 'event', 'promise']),
  /** The error's class. */
  name: z.string().regex(/^[A-Za-z]{1,40}$/),
  /** The page has to begin anew. */
  anew: z.boolean(),
});
export type ScreenFailure = z.infer<typeof screenFailureSchema>;

/** Channel name -> argument and answer. `manager:*` but unlock answer `manager_locked` unless a PIN opened them. */
export const ipcContract = {
  'kiosk:state': { argument: nothing, answer: kioskStateSchema },
  'kiosk:enrol': { argument: enrolmentFormSchema, answer: nothing },
  /**
   * Refused, with nothing stored, with a code of shared/phone or with `not_enrolled`, `kiosk_revoked`, `nothing_granted` (no box is ticked, so there
   * is nothing to keep a number for), `notice_outdated` (an agreement that names a configuration no longer in force, or another
   * purpose, channel or notice than it has), `configuration_unknown` (a request that names one which never was), `attestation_missing`, `numbers_equal`, `storage_full`, `storage_failed`.
   */
  'capture:save': { argument: captureDraftSchema, answer: captureReceiptSchema },
  /**
   * Sends a code to the number of the record saved last in this session. Refused with `unreachable`, `untrusted_answer` or a code of
   * the server (`verification_limited`: too many codes, `number_country`: none goes to that country): the customer is then texted later.
   */
  'verification:send': { argument: nothing, answer: codeSentSchema },
  /** Refused with `verification_over` after the last try or ten minutes. */
  'verification:check': { argument: z.strictObject({ code: z.string().regex(/^\d{6}$/) }), answer: codeCheckedSchema },
  /** The session is over: the main process forgets which record was saved last. */
  'verification:end': { argument: nothing, answer: nothing },
  /** Somebody vouches for a guardian, with the PIN that `attestsWith` names; opens nothing else. */
  'staff:attest': { argument: z.strictObject({ pin: z.string().max(64) }), answer: unlockAnswerSchema },
  'manager:unlock': { argument: z.strictObject({ pin: z.string().max(64) }), answer: unlockAnswerSchema },
  'manager:lock': { argument: nothing, answer: nothing },
  'manager:status': { argument: nothing, answer: managerStatusSchema },
  /** Refused with `pins_equal` when it is the manager's own. */
  'manager:staff_pin': { argument: z.strictObject({ pin: pinSchema }), answer: nothing },
  'manager:sync': { argument: nothing, answer: syncStatusSchema },
  /**
   * Refused with `reset_refused_unsent` (details.unsent) while anything is here alone: unsent, refused or damaged. Where none of it can
   * be sent any more (details.mayDiscard), asked once more with `discard` it goes with the rest.
   */
  'manager:reset': { argument: z.strictObject({ discard: z.boolean() }), answer: nothing },
  'screen:failed': { argument: screenFailureSchema, answer: nothing },
} as const;
export type IpcChannel = keyof typeof ipcContract;

/** What the main process tells the screens unasked. */
export const ipcEvents = {
  /** Configuration changed, kiosk enrolled, reset or stopped: applied when no customer is in the middle of something. */
  'event:state': kioskStateSchema,
  'event:sync': syncStatusSchema,
  /** The computer goes to sleep, has woken up, or its screen was locked: nothing of anybody may be there afterwards. */
  'event:asleep': nothing,
} as const;
export type IpcEvent = keyof typeof ipcEvents;

/** Every answer is a value or a coded error, never a thrown string. */
export type IpcResult<T> =
  | { ok: true; value: T }
  | { ok: false; error: { code: string; details: Record<string, string | number | boolean> } };

/** What the preload puts on `window.countersign`. Failures come back as values; the functions do not throw. */
export interface CountersignBridge {
  state(): Promise<IpcResult<KioskState>>;
  enrol(form: EnrolmentForm): Promise<IpcResult<undefined>>;
  save(draft: CaptureDraft): Promise<IpcResult<CaptureReceipt>>;
  sendCode(): Promise<IpcResult<CodeSent>>;
  checkCode(code: string): Promise<IpcResult<CodeChecked>>;
  endSession(): Promise<IpcResult<undefined>>;
  attest(pin: string): Promise<IpcResult<UnlockAnswer>>;
  unlockManager(pin: string): Promise<IpcResult<UnlockAnswer>>;
  lockManager(): Promise<IpcResult<undefined>>;
  managerStatus(): Promise<IpcResult<ManagerStatus>>;
  setStaffPin(pin: string): Promise<IpcResult<undefined>>;
  syncNow(): Promise<IpcResult<SyncStatus>>;
  resetKiosk(discard: boolean): Promise<IpcResult<undefined>>;
  screenFailed(failure: ScreenFailure): Promise<IpcResult<undefined>>;
  /** Each returns its unsubscribe. */
  onState(listener: (state: KioskState) => void): () => void;
  onSync(listener: (status: SyncStatus) => void): () => void;
  onAsleep(listener: () => void): () => void;
}
