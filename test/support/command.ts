import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../../tools/setup/paths.mjs';

/** `npm run NAME` as in a terminal of its own: npm, our wrapper and the command are one process group. */
export class Command {
  readonly npm: ChildProcess;
  /** Everything it said, on either stream. */
  output = '';
  readonly ended: Promise<void>;
  /** Whether any of it still holds the streams. The shell between npm and our wrapper dies of a signal sooner than the rest ends. */
  running = true;

  constructor(name: string, environment: NodeJS.ProcessEnv, args: string[] = [], folder = root) {
    this.npm = spawn('npm', ['run', name, ...(args.length > 0 ? ['--', ...args] : [])], {
      cwd: folder,
      env: outsideOfNpm(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.npm.stdout, this.npm.stderr]) {
      stream?.on('data', (chunk) => {
        this.output += String(chunk);
      });
    }
    this.ended = new Promise((resolve) => {
      this.npm.once('close', () => {
        this.running = false;
        resolve();
      });
    });
  }

  /** Whatever is left of it, in its process group. */
  end(): void {
    try {
      process.kill(-this.pid, 'SIGTERM');
    } catch {
      // Nothing is.
    }
  }

  get pid(): number {
    return this.npm.pid ?? 0;
  }

  /** Waits until it says something. @throws Error with all that it said instead */
  async says(pattern: RegExp, milliseconds = 90_000): Promise<RegExpExecArray> {
    const until = Date.now() + milliseconds;
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found;
      if (!this.running || Date.now() > until) {
        throw new Error(`${pattern} was not said, but:\n${this.output}`);
      }
      await delay(50);
    }
  }

  /** npm itself and whatever it started, directly or not, by their process numbers. */
  family(): number[] {
    const parents = new Map(processes().map(({ pid, parent }) => [pid, parent]));
    const belongs = (pid: number): boolean => {
      const parent = parents.get(pid);
      return pid === this.pid || (parent !== undefined && parent > 1 && belongs(parent));
    };
    return [...parents.keys()].filter(belongs);
  }

  /** The process of ours whose command line has this in it. */
  member(part: string): number {
    const pid = this.family().find((each) => commandLine(each).includes(part));
    if (pid === undefined) throw new Error(`no process of ${part}`);
    return pid;
  }
}

/** As somebody would have it who starts a terminal, and not a test inside `npm test`. */
function outsideOfNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|INIT_CWD$|VITEST|NODE_ENV$|DATABASE_URL$)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...environment };
}

/** What is still running of these after a while. A process that has ended and waits to be asked about counts as gone. */
export async function survivors(pids: number[], milliseconds = 30_000): Promise<string[]> {
  const until = Date.now() + milliseconds;
  const alive = () => processes().filter(({ pid, state }) => pids.includes(pid) && state !== 'Z');
  while (alive().length > 0 && Date.now() < until) await delay(50);
  return alive().map(({ pid }) => commandLine(pid));
}

function processes(): { pid: number; parent: number; state: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // `pid (name) state parent …`; the name may hold anything, brackets too.
      const [state, parent] = (read(`/proc/${name}/stat`).split(') ').at(-1) ?? '').split(' ');
      return state ? [{ pid: Number(name), parent: Number(parent), state }] : [];
    });
}

const commandLine = (pid: number): string => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
