import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { familyOf, readProcess } from './process-family.ts';

interface Answer {
  id?: number;
  result?: { result?: { value?: unknown }; exceptionDetails?: { text: string } };
  error?: { message: string };
}

/** What it takes to start an Electron. */
export interface Launch {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
}

/**
 * An Electron that was started like any program, and its one page, reached through Chromium's own debugging protocol. Nothing
 * stands between spawn and first frame, as a test runner's loader would.
 */
export class ElectronProcess {
  /** Milliseconds since 1970, just before the process was made. */
  readonly spawnedAt: number;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #socket: WebSocket | undefined;
  #questions = 0;

  constructor({ executablePath, args, env }: Launch) {
    this.spawnedAt = Date.now();
    this.#child = spawn(executablePath, ['--remote-debugging-port=0', ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#gone = new Promise((resolve) => this.#child.once('exit', resolve));
  }

  /** Finds the page and waits until `expression` is true in it. */
  async open(expression: string): Promise<void> {
    const socket = new WebSocket(await this.#pageUrl());
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    this.#socket = socket;
    await this.waitFor(expression);
  }

  async waitFor(expression: string): Promise<void> {
    for (let tries = 0; !(await this.evaluate(expression).catch(() => false)); tries++) {
      if (tries > 600) throw new Error(`never true in the page: ${expression}`);
      await delay(20);
    }
  }

  /** The value of an expression in the page; a promise is awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (result?.exceptionDetails !== undefined) throw new Error(result.exceptionDetails.text);
    return result?.result?.value as T;
  }

  async send(method: string, params: object): Promise<Answer> {
    const socket = this.#socket;
    if (socket === undefined) throw new Error('the page is not open');
    this.#questions += 1;
    const id = this.#questions;
    const answer = new Promise<Answer>((resolve) => {
      const listen = ({ data }: MessageEvent) => {
        const message = JSON.parse(String(data)) as Answer;
        if (message.id !== id) return;
        socket.removeEventListener('message', listen);
        resolve(message);
      };
      socket.addEventListener('message', listen);
    });
    socket.send(JSON.stringify({ id, method, params }));
    const { error, ...rest } = await answer;
    if (error !== undefined) throw new Error(error.message);
    return rest;
  }

  /** Memory of the process and all it started, each shared page counted once in all (PSS), in MB. */
  memory(): number {
    return familyOf(this.#child.pid ?? 0).reduce((sum, pid) => sum + proportionalMemory(pid), 0) / 1024;
  }

  async close(): Promise<void> {
    this.#socket?.close();
    this.#child.kill('SIGTERM');
    const killed = delay(10_000).then(() => this.#child.kill('SIGKILL'));
    await Promise.race([this.#gone, killed]);
    await this.#gone;
  }

  async #pageUrl(): Promise<string> {
    const port = await this.#debuggingPort();
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
      const targets = (await answer.json()) as { type: string; webSocketDebuggerUrl: string }[];
      const page = targets.find(({ type }) => type === 'page');
      if (page !== undefined) return page.webSocketDebuggerUrl;
      await delay(20);
    }
  }

  #debuggingPort(): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#child.stderr === null) throw new Error('started without a pipe');
      createInterface(this.#child.stderr).on('line', (line) => {
        const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
        if (port !== undefined) resolve(port);
      });
      this.#child.once('exit', (code) => reject(new Error(`Electron ended with ${code}`)));
    });
  }
}

const proportionalMemory = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(readProcess(String(pid), 'smaps_rollup'))?.[1] ?? 0);
