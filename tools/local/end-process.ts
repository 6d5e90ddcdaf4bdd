import type { ChildProcess } from 'node:child_process';

/**
 * Tells a process of ours to end, and kills it if it has not by then: a stop that waits without limit is a terminal that hangs.
 * @param gone resolves when it is gone. @param name of it, for the person who waits.
 */
export async function endProcess(
  child: ChildProcess,
  gone: Promise<unknown>,
  {
    name,
    milliseconds,
    signal = 'SIGTERM',
  }: { name: string; milliseconds: number; signal?: NodeJS.Signals | undefined },
): Promise<void> {
  child.kill(signal);
  const kill = setTimeout(() => {
    console.log(`${name} did not stop within ${milliseconds / 1000} seconds and is killed.`);
    child.kill('SIGKILL');
  }, milliseconds);
  await gone;
  clearTimeout(kill);
}
