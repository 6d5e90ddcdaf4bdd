import type { Recipient } from './recipient.ts';

/** Why a text is sent; permanent names, none of them is marketing. */
export type MessageKind = 'code' | 'confirmation_request' | 'withdrawal_confirmed';

export interface TextMessage {
  to: Recipient;
  text: string;
  /** BCP 47, of the text. */
  language: string;
  kind: MessageKind;
}

/** What hands texts to a network. The only one so far is the outbox of this machine. */
export interface MessageSender {
  /** @throws CodedError messages_unavailable */
  send(message: TextMessage): Promise<void>;
}
