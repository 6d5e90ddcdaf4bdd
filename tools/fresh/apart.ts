import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { run } from '../setup/processes.mjs';

/**
 * For setpriv: to run a program that has its mounts to itself. The kernel undoes them when the last of its processes has
 * ended; and it ends with us, whatever ends us.
 */
export const apart = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'private'];

/** Why this process may not make bare systems, or nothing. */
export async function obstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can make a bare Debian';
  try {
    await run('setpriv', [...apart, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
    return undefined;
  } catch (error) {
    return `this machine, a container perhaps, lets not even root mount anything: ${error instanceof Error ? error.message : error}`;
  }
}

/** Tries the project on bare machines, in front of the person. */
export async function tryFreshMachines(): Promise<'worked' | 'failed' | 'not tried'> {
  const reason = await obstacle();
  if (reason !== undefined) {
    console.log(`\nFresh machine: NOT TRIED, because ${reason}`);
    return 'not tried';
  }
  const child = spawn('setpriv', [...apart, process.execPath, join(root, 'tools', 'fresh', 'main.ts')], {
    stdio: 'inherit',
    // In a process group of its own: Ctrl-C reaches us, and by us it, once.
    detached: true,
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, pass);
  return code === 0 ? 'worked' : 'failed';
}
