import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from '../setup/processes.mjs';
import { apart } from './apart.ts';

/** Processes, too, end with the first of them. */
const processesApart = [...apart, '--pid', '--fork', '--kill-child=KILL', '--'];

/**
 * Makes the folder $1 the root of everything, as it is for a machine (after a mere chroot, Chromium could not have its
 * sandbox), runs the command $3 as somebody who has just logged in as $2, and looks whether it left something running.
 */
const INSIDE = `
set -e
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount --bind /dev "$1/dev"
mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
mount --bind /sys "$1/sys"
cd "$1"
pivot_root . mnt
exec chroot . /bin/sh -c '
umount -l /mnt
su - "$1" -c "$2"
status=$?
waited=0
while :; do
  left=
  for process in /proc/[0-9]*; do
    [ "$process" = /proc/1 ] && continue
    { read -r name <"$process/comm"; } 2>/dev/null && left="$left $name"
  done
  [ -z "$left" ] && exit $status
  [ $waited -ge 10 ] && echo "Still running 10 s after its end:$left" && exit 90
  waited=$((waited + 1))
  sleep 1
done
' sh "$2" "$3"
`;

export interface Outcome {
  code: number;
  output: string;
}

/** A Debian with what Debian calls essential and required, in a folder. */
export class BareDebian {
  readonly folder: string;
  readonly #end: AbortSignal;

  /** @param end ends at once what is under way. */
  constructor(folder: string, end: AbortSignal) {
    this.folder = folder;
    this.#end = end;
  }

  static async make(folder: string, release: string, mirror: string, signal: AbortSignal): Promise<BareDebian> {
    mkdirSync(folder);
    // What is read through TLS needs the authorities, on any machine.
    const include = mirror.startsWith('https:') ? ['--include=ca-certificates'] : [];
    const args = ['--variant=minbase', ...include, release, folder, mirror];
    await run('setpriv', [...processesApart, '/usr/sbin/debootstrap', ...args], { signal, killSignal: 'SIGKILL' });
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'etc', 'hosts'), '127.0.0.1 localhost\n');
    return new BareDebian(folder, signal);
  }

  async copyTo(folder: string): Promise<BareDebian> {
    await run('cp', ['--archive', '--reflink=auto', this.folder, folder], { signal: this.#end });
    return new BareDebian(folder, this.#end);
  }

  /** Runs it as a user who has just logged in. Every line it says is also handed to `tell`. */
  runAs(user: string, command: string, tell: (line: string) => void): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const args = [...processesApart, '/bin/sh', '-c', INSIDE, 'sh', this.folder, user, command];
      // In a process group of its own: Ctrl-C reaches us, and by us them.
      const child = spawn('setpriv', args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
        signal: this.#end,
        killSignal: 'SIGKILL',
      });
      const lines: string[] = [];
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on('line', (line) => {
          lines.push(line);
          tell(line);
        });
      }
      child.once('error', (error) => {
        if (error.name !== 'AbortError') reject(error);
      });
      child.once('close', (code) => {
        if (this.#end.aborted) reject(this.#end.reason);
        else resolve({ code: code ?? 1, output: lines.join('\n') });
      });
    });
  }
}
