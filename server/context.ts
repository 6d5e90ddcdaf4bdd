import type { ConfigurationContext } from './modules/configuration/signed.ts';
import type { Outbox } from './modules/messaging/outbox.ts';
import type { OpeningContext } from './modules/opening/opening-worker.ts';
import type { VerificationContext } from './modules/verification/context.ts';

/** What the routes and jobs are made of; server/main.ts builds it, tests build their own. */
export interface Context extends ConfigurationContext, OpeningContext, VerificationContext {
  /** Shown on a page of its own; null where there is none. */
  outbox: Outbox | null;
}
