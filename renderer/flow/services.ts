import type {
  CaptureDraft,
  CaptureReceipt,
  CodeChecked,
  CodeSent,
  IpcResult,
  UnlockAnswer,
} from '../../shared/contracts/ipc.ts';
import type { Moment } from '../../shared/moment.ts';
import type { CountryRules } from '../../shared/phone/countries.ts';
import type { PhoneUse, PhoneVerdict } from '../../shared/phone/verdict.ts';
import type { Presentation } from '../../shared/record/presentation.ts';

/** A number as it was typed, and what it is wanted for. */
export interface SubmittedNumber {
  readonly typed: string;
  readonly region: string;
  readonly use: PhoneUse;
  readonly countries: CountryRules;
}

/** What the flow needs from outside. */
export interface FlowServices {
  readonly judge: (submitted: SubmittedNumber) => Promise<PhoneVerdict>;
  readonly save: (draft: CaptureDraft) => Promise<IpcResult<CaptureReceipt>>;
  readonly sendCode: () => Promise<IpcResult<CodeSent>>;
  readonly checkCode: (code: string) => Promise<IpcResult<CodeChecked>>;
  /** A member of staff vouches for a guardian. */
  readonly attest: (pin: string) => Promise<IpcResult<UnlockAnswer>>;
  /** The main process forgets which record was saved last. */
  readonly endSession: () => void;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Something the flow cannot do without has failed. */
  readonly failed: (error: unknown) => void;
  /** How the screen stands there now. */
  readonly presentation: () => Presentation;
  readonly moment: () => Moment;
  readonly newId: () => string;
}
