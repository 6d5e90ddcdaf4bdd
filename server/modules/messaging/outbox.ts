import type { MessageSender, TextMessage } from './sender.ts';

const keptMessages = 200;

export interface OutboxMessage extends TextMessage {
  sentAt: Date;
}

/** For trying out: texts go nowhere but to a page of this server. In memory, the newest 200; never written, never logged. */
export class Outbox implements MessageSender {
  readonly #clock: () => Date;
  #messages: OutboxMessage[] = [];

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  async send(message: TextMessage): Promise<void> {
    this.#messages = [...this.#messages, { ...message, sentAt: this.#clock() }].slice(-keptMessages);
  }

  /** Oldest first. */
  get messages(): readonly OutboxMessage[] {
    return this.#messages;
  }
}
