import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { endProcess } from '../../tools/local/end-process.ts';

test('a process that does not stop when it is told to is killed, and that is said', { timeout: 10_000 }, async () => {
  const deaf = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1_000); console.log('up');`;
  const child = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const gone = once(child, 'exit');
  await once(child.stdout, 'data');
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await endProcess(child, gone, { name: 'The central server', milliseconds: 500 });
    expect(child.signalCode).toBe('SIGKILL');
    expect(said.mock.calls).toEqual([['The central server did not stop within 0.5 seconds and is killed.']]);
  } finally {
    said.mockRestore();
  }
});

test('one that does is not', { timeout: 10_000 }, async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1_000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await endProcess(child, once(child, 'exit'), { name: 'It', milliseconds: 10_000 });
  expect(child.signalCode).toBe('SIGTERM');
});
