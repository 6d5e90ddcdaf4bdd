import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startDisplay } from '../../../tools/setup/display.mjs';

it.runIf(process.platform === 'linux')('gives each asker a screen of its own, and takes it away again', async () => {
  const [first, second] = await Promise.all([
    startDisplay({ width: 640, height: 480 }),
    startDisplay({ width: 1280, height: 800 }),
  ]);
  try {
    expect(first.display).not.toBe(second.display);
    const size = (display: string) =>
      execFileSync('xdotool', ['getdisplaygeometry'], {
        env: { ...process.env, DISPLAY: display },
        encoding: 'utf8',
      }).trim();
    expect(size(first.display)).toBe('640 480');
    expect(size(second.display)).toBe('1280 800');
  } finally {
    first.stop();
    second.stop();
  }
  await expect.poll(() => existsSync(`/tmp/.X11-unix/X${first.display.slice(1)}`)).toBe(false);
});
