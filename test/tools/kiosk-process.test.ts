import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { openKiosk, requireNoKioskOn } from '../../tools/local/kiosk-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-kiosk-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** In place of Electron: a program that breaks off while something that it started goes on. */
function breaksOff(script: string) {
  const program = join(folder, 'electron');
  writeFileSync(program, `#!/bin/sh\n${script}\nexit 1\n`);
  chmodSync(program, 0o755);
  vi.stubEnv('COUNTERSIGN_ELECTRON', program);
  return openKiosk(join(folder, 'data'), '1280x800').gone;
}

test('what a kiosk says last is heard, though it has ended by then', async () => {
  expect(await breaksOff('echo first >&2; (sleep 0.5; echo last >&2) &')).toBe('first\nlast');
});

test('what it started and what stays does not keep its end from being noticed', { timeout: 10_000 }, async () => {
  const stays = join(folder, 'stays');
  try {
    expect(await breaksOff(`echo first >&2; sleep 15 & echo $! >'${stays}'`)).toBe('first');
  } finally {
    process.kill(Number(readFileSync(stays, 'utf8')));
  }
});

test.runIf(process.platform === 'linux')(
  'a lock that a power cut left behind is nothing, even if its number is another process’s by now',
  () => {
    const data = join(folder, 'locked');
    mkdirSync(data);
    symlinkSync(`some-host-${process.pid}`, join(data, 'SingletonLock'));
    expect(() => requireNoKioskOn(data)).not.toThrow();
    const file = openSync(join(data, 'kiosk.db'), 'w');
    try {
      expect(() => requireNoKioskOn(data)).toThrow(`already (process ${process.pid})`);
    } finally {
      closeSync(file);
    }
  },
);
