import { setTimeout as delay } from 'node:timers/promises';

/** Does one thing once and says how long it took, in milliseconds. */
export type Contestant = () => Promise<number>;

/** How often contestants take turns. The repetitions of a round are summed up by its median; `warmUp` rounds are thrown away. */
export interface Turns {
  rounds: number;
  perRound: number;
  warmUp: number;
  /** Rest before each turn, in milliseconds, so that what a turn left running in the background does not slow the next one. */
  pause: number;
}

/**
 * Lets contestants take turns, so that whatever else the machine does slows all of them alike; who begins changes each time.
 * @returns for each contestant the measurements, round by round.
 */
export async function interleave<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  { rounds, perRound, warmUp, pause }: Turns,
): Promise<Record<Name, number[][]>> {
  const names = Object.keys(contestants) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[][]])) as Record<Name, number[][]>;
  for (let round = -warmUp; round < rounds; round++) {
    const ofRound = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
    for (let turn = 0; turn < perRound; turn++) {
      const first = Math.abs(round + turn) % names.length;
      for (const name of [...names.slice(first), ...names.slice(0, first)]) {
        await delay(pause);
        ofRound[name].push(await contestants[name]());
      }
    }
    if (round >= 0) for (const name of names) measured[name].push(ofRound[name]);
  }
  return measured;
}

/** How long `work` takes, in milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
