import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

type Handlers = Record<string, (argument: never) => unknown>;

interface Asked {
  name: string;
  argument: unknown;
}
type Answered = { value: unknown } | { failure: string };

/** A contestant's process of its own. It does one thing at a time: ask again when the last answer has come. */
export class Child {
  readonly #process: ChildProcess;

  /** @param file in test/bench/processes. */
  constructor(file: string) {
    // Without what is loaded into this process: it would let go of the channel, and a contestant would end while it waits.
    this.#process = fork(join(import.meta.dirname, '..', 'processes', file), { stdio: 'inherit', execArgv: [] });
  }

  /** @throws Error with what the process said, or when it ends without an answer. */
  async ask<Answer>(name: string, argument: unknown = null): Promise<Answer> {
    const answer = await new Promise<Answered>((resolve, reject) => {
      this.#process.once('message', (message) => resolve(message as Answered));
      this.#process.once('exit', (code) => reject(new Error(`the process ended with ${code} while it did ${name}`)));
      this.#process.send({ name, argument } satisfies Asked);
    });
    this.#process.removeAllListeners();
    if ('failure' in answer) throw new Error(`${name}: ${answer.failure}`);
    return answer.value as Answer;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.disconnect();
    await gone;
  }
}

/** The other end: answers what a Child asks, until its parent lets go of it. */
export function answerParent(handlers: Handlers, close: () => Promise<void> = async () => undefined): void {
  const answer = async ({ name, argument }: Asked): Promise<Answered> => {
    try {
      return { value: (await handlers[name]?.(argument as never)) ?? null };
    } catch (error) {
      return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on('message', (asked: Asked) => void answer(asked).then((answered) => process.send?.(answered)));
  process.on('disconnect', () => void close().finally(() => process.exit(0)));
}
