import { readdirSync, readFileSync } from 'node:fs';

/** A process and everything it has started, as they are now. */
function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      // Behind the name in brackets, which may have blanks in it, come the state and the parent.
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      parents.set(Number(name), Number(parent));
    } catch {
      // It has ended.
    }
  }
  const family = [pid];
  for (const each of family) for (const [child, parent] of parents) if (parent === each) family.push(child);
  return family;
}

/** As when the computer stands still: everything of the kiosk at once, and it goes on where it was. */
export async function whileStopped(pid: number | undefined, meanwhile: () => Promise<void>): Promise<void> {
  if (pid === undefined) throw new Error('the kiosk is not running');
  const family = familyOf(pid);
  for (const each of family) process.kill(each, 'SIGSTOP');
  try {
    await meanwhile();
  } finally {
    for (const each of family) process.kill(each, 'SIGCONT');
  }
}
