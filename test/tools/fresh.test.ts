import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { apart, obstacle } from '../../tools/fresh/apart.ts';
import { run } from '../../tools/setup/processes.mjs';

// Skipped where nobody may mount anything, as in most containers; `npm run fresh` says so, too.
const allowed = (await obstacle()) === undefined;

const folder = mkdtempSync(join(tmpdir(), 'countersign-fresh-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = (file: string) => JSON.stringify(new URL(`../../tools/fresh/${file}`, import.meta.url).href);

test.runIf(allowed)(
  'found 3: what a fresh machine has mounted is seen by nobody else, and goes when its maker is killed',
  async () => {
    const child = `mount -t tmpfs tmpfs '${folder}' && touch '${folder}/inside' && echo $$ && exec sleep 600`;
    const maker = `
      import { spawn } from 'node:child_process';
      import { apart } from ${source('apart.ts')};
      spawn('setpriv', [...apart, 'sh', '-c', ${JSON.stringify(child)}], { stdio: 'inherit' });`;
    const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
    const process_ = spawn(process.execPath, ['--input-type=module', '-e', maker], { stdio });
    const pid = await new Promise<string>((resolve) => createInterface(process_.stdout).once('line', resolve));
    expect(readFileSync(`/proc/${pid}/mounts`, 'utf8')).toContain(folder);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(folder);
    expect(existsSync(join(folder, 'inside'))).toBe(false);
    process_.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false);
  },
  30_000,
);

test.runIf(allowed)(
  'found 3: a command runs there as who has just logged in, and what it leaves running is a fault',
  async () => {
    // This machine itself, seen a second time, stands for a bare one.
    const trial = `
      import { execFileSync } from 'node:child_process';
      import { BareDebian } from ${source('bare-debian.ts')};
      execFileSync('mount', ['--bind', '/', ${JSON.stringify(folder)}]);
      const system = new BareDebian(${JSON.stringify(folder)}, new AbortController().signal);
      const ask = (user, command) => system.runAs(user, command, () => undefined);
      console.log(JSON.stringify([
        await ask('root', 'id -un; echo $HOME; echo "$NOT_THEIRS"; stat -c %a /dev/shm; echo /proc/[0-9]*'),
        await ask('root', 'setsid sleep 600 >/dev/null 2>&1 &'),
      ]));`;
    const args = [...apart, process.execPath, '--input-type=module', '-e', trial];
    const output = await run('setpriv', args, { env: { ...process.env, NOT_THEIRS: 'of this machine' } });
    const [asRoot, leaving] = JSON.parse(output) as { code: number; output: string }[];
    const [user, home, environment, mode, processes] = asRoot?.output.split('\n') ?? [];
    expect([asRoot?.code, user, home, environment, mode]).toEqual([0, 'root', '/root', '', '1777']);
    expect(processes?.split(' ').length).toBeLessThan(6);
    expect(leaving).toMatchObject({
      code: 90,
      output: expect.stringContaining('Still running 10 s after its end: sleep'),
    });
  },
  60_000,
);
