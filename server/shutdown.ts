import { setTimeout as delay } from 'node:timers/promises';

/** For one part. What does not end by then is left behind, so that the parts under it still end in order. */
const patienceMilliseconds = 20_000;

/** What was started, to be ended in the opposite order: the database last. */
export class Shutdown {
  readonly #parts: (() => Promise<unknown>)[] = [];

  add(end: () => Promise<unknown>): void {
    this.#parts.push(end);
  }

  /** @returns whether every part ended well and in time. */
  async run(): Promise<boolean> {
    let clean = true;
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      const ended = part().then(
        () => true,
        () => false,
      );
      clean = (await Promise.race([ended, delay(patienceMilliseconds, false)])) && clean;
    }
    return clean;
  }
}

/**
 * Calls `end` once, whichever way the process is told to end: a signal (of which one Ctrl-C may bring several, by npm and by the
 * terminal) or a fault that nobody caught.
 */
export function whenToldToEnd(end: (fault?: unknown) => void): void {
  let told = false;
  const once = (fault?: unknown) => {
    if (told) return;
    told = true;
    end(fault);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => once());
  process.on('uncaughtException', (error) => once(error));
  process.on('unhandledRejection', (error) => once(error));
  // Who reads along may leave first: a closed terminal, the end of a pipe. That is no reason to break off half-way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
