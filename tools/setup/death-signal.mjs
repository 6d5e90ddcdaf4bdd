// @ts-check
import { existsSync } from 'node:fs';

const setpriv = '/usr/bin/setpriv';

/**
 * The same program, told by the kernel to end when the process that starts it is gone, however that went (Linux; setpriv is in
 * util-linux, which every Debian has). For programs that know nothing of a channel to their parent.
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {{ program: string, args: string[] }}
 */
export function endingWithParent(program, args) {
  if (process.platform !== 'linux' || !existsSync(setpriv)) return { program, args: [...args] };
  return { program: setpriv, args: ['--pdeathsig', 'TERM', program, ...args] };
}
