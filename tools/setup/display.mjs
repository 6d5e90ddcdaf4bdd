// @ts-check
import { spawn } from 'node:child_process';
import { endingWithParent } from './death-signal.mjs';
import { SetupError } from './progress.mjs';

/** @typedef {{ display: string, stop: () => void }} Screen */

/**
 * Starts a virtual screen. It picks a free number by itself, so several can run side by side.
 * @param {{ width: number, height: number, pictureFolder?: string }} options what is on the screen is at any moment the
 *   picture (in X's window dump format) in the file `Xvfb_screen0` of that folder.
 * @returns {Promise<Screen>}
 */
export function startDisplay({ width, height, pictureFolder }) {
  const args = ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp'];
  if (pictureFolder !== undefined) args.push('-fbdir', pictureFolder);
  // In a process group of its own: Ctrl+C must reach the windows first, and the screen under them after that.
  const { program, args: allArgs } = endingWithParent('Xvfb', args);
  const server = spawn(program, allArgs, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true });
  return new Promise((resolve, reject) => {
    let complaint = '';
    let number = '';
    server.stderr?.on('data', (chunk) => {
      complaint += chunk;
    });
    server.on('error', (error) => reject(new SetupError(`The virtual screen cannot start: ${error.message}`)));
    server.on('exit', () => reject(new SetupError(`The virtual screen ended at once: ${complaint}`)));
    server.stdio[3]?.on('data', (chunk) => {
      number += chunk;
      if (!number.endsWith('\n')) return;
      server.unref();
      for (const stream of server.stdio) /** @type {import('node:net').Socket | null} */ (stream)?.unref?.();
      resolve({ display: `:${number.trim()}`, stop: () => void server.kill() });
    });
  });
}
