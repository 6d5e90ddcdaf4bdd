import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../../../tools/setup/paths.mjs';
import { KioskScreen, until } from './kiosk-screen.ts';
import { type OrdinaryUser, ordinaryUser } from './ordinary-user.ts';
import { listeningPorts, type ProcessFacts, processesOf } from './processes.ts';

/** How a start ended that was not meant to last. */
export interface EndedStart {
  /** 0 if it meant well, otherwise its exit code or the signal by which it gave up; undefined if it had to be killed. */
  end: number | NodeJS.Signals | undefined;
  output: string;
  /** Ports it was seen to listen on. */
  ports: number[];
}

/** Ends by itself in a fraction of this. */
const longestStartMilliseconds = 10_000;

/** Brings dist/ up to date, in a process of its own because electron-builder says a lot. */
export function packageIntoDist(): void {
  execFileSync(process.execPath, [join(root, 'tools', 'commands', 'pack.ts')], { cwd: root, stdio: 'pipe' });
}

/** The packaged application, installed for an ordinary user of this machine; `end` leaves nothing behind. */
export class PackagedKiosk {
  readonly folder = mkdtempSync(join(tmpdir(), 'countersign-packaged-'));
  readonly application = join(this.folder, 'application');
  readonly executable = join(this.application, 'countersign');
  readonly data = join(this.folder, 'home', 'data');
  /** The kiosk's own, begun once it is ready. */
  readonly log = join(this.data, 'kiosk.log');
  /** What the latest start has said. */
  readonly output = join(this.folder, 'output.log');
  #process: ChildProcess | undefined;
  #user: OrdinaryUser | undefined;
  #screen: KioskScreen | undefined;

  /** As an installer does: owned by root if there is one at work, readable by everybody, with the sandbox's helper. */
  async install(): Promise<void> {
    chmodSync(this.folder, 0o755);
    cpSync(join(root, 'dist', 'linux-unpacked'), this.application, { recursive: true });
    if (process.getuid?.() === 0) chmodSync(join(this.application, 'chrome-sandbox'), 0o4755);
    this.#user = ordinaryUser();
    mkdirSync(this.data, { recursive: true });
    this.giveHomeToUser();
    this.#screen = await KioskScreen.open(this.folder);
  }

  get user(): OrdinaryUser {
    if (this.#user === undefined) throw new Error('the kiosk is not installed');
    return this.#user;
  }

  get screen(): KioskScreen {
    if (this.#screen === undefined) throw new Error('the kiosk is not installed');
    return this.#screen;
  }

  /** After something was laid into it. */
  giveHomeToUser(): void {
    const { uid, gid } = this.user;
    const home = join(this.folder, 'home');
    chownSync(home, uid, gid);
    for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' })) lchownSync(join(home, name), uid, gid);
  }

  /** Nothing of the test's environment reaches it. */
  start(args: readonly string[] = [], environment: Record<string, string> = {}): ChildProcess {
    const { uid, gid } = this.user;
    const home = join(this.folder, 'home');
    const env = { HOME: home, TMPDIR: home, PATH: '/usr/bin:/bin', DISPLAY: this.screen.display };
    const output = openSync(this.output, 'w');
    this.#process = spawn(this.executable, args, {
      cwd: home,
      uid,
      gid,
      // Leads a process group, by which all of it can be killed at once.
      detached: true,
      env: { ...env, COUNTERSIGN_KIOSK_DATA: this.data, ...environment },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    return this.#process;
  }

  /** A start that is expected to end by itself, and at once. */
  async startToEnd(args: readonly string[], environment: Record<string, string> = {}): Promise<EndedStart> {
    const child = this.start(args, environment);
    const ports = new Set<number>();
    const giveUp = Date.now() + longestStartMilliseconds;
    while (child.exitCode === null && child.signalCode === null && Date.now() < giveUp) {
      for (const port of listeningPorts(child.pid)) ports.add(port);
      await delay(10);
    }
    const end = child.exitCode ?? child.signalCode ?? undefined;
    await this.kill();
    return { end, output: readFileSync(this.output, 'utf8'), ports: [...ports] };
  }

  processes(): ProcessFacts[] {
    return processesOf(this.executable);
  }

  /** As the power cord does: all of its processes at once. */
  async kill(): Promise<void> {
    if (this.#process?.pid !== undefined) killGroup(this.#process.pid);
    this.#process = undefined;
    await until('the end of all processes of the kiosk', () => this.processes().length === 0);
  }

  /** Files that tell what went wrong. */
  evidence(): string[] {
    return [this.output, ...(this.#screen ? [this.#screen.file] : [])].filter((file) => existsSync(file));
  }

  async end(): Promise<void> {
    try {
      await this.kill();
      this.#user?.remove();
    } finally {
      await this.#screen?.close();
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // All of it has ended by itself.
  }
}
