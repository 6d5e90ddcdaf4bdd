import type { ConfigurationContext } from '../configuration/signed.ts';
import type { MessageSender } from '../messaging/sender.ts';

/** What texts are made of and sent with. */
export interface VerificationContext extends ConfigurationContext {
  /** Null: this server sends no texts. */
  messages: MessageSender | null;
}
