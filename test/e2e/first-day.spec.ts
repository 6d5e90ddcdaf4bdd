// A shop's engineer's first day: the commands are read out of README, and nothing else is read.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { freePort } from '../../server/database/free-port.ts';
import { root } from '../../tools/setup/paths.mjs';
import { Command } from '../support/command.ts';

test.setTimeout(240_000);

test('found 28 to 33: the commands of the README, in their order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-first-day-'));
  const port = String(await freePort());
  const commands: Command[] = [];
  try {
    // A checkout of its own, so that its data/ is nobody else's; and a port of its own.
    for (const file of execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')) {
      if (existsSync(join(root, file))) cpSync(join(root, file), join(folder, file));
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    cpSync(join(root, 'out'), join(folder, 'out'), { recursive: true });
    const readme = readFileSync(join(folder, 'README.md'), 'utf8').replaceAll('4810', port);
    const blocks = [...readme.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
    const block = (part: string): string => {
      const found = blocks.find((each) => each.includes(part));
      if (found === undefined) throw new Error(`README has no block with ${part}`);
      return found;
    };
    const sh = (command: string): string =>
      execFileSync('sh', ['-c', command], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, COUNTERSIGN_PORT: port },
      });
    const run = (name: string, environment: NodeJS.ProcessEnv = {}): Command => {
      expect(readme).toContain(`npm run ${name}`);
      const command = new Command(name, { COUNTERSIGN_PORT: port, ...environment }, [], folder);
      commands.push(command);
      return command;
    };
    const ask = <T>(command: string): T => JSON.parse(sh(command)) as T;

    expect(sh(block('check-configuration'))).toContain('The configuration can be used');

    await run('server').says(/Ctrl-C/);
    const { code } = ask<{ code: string }>(block('enrolment-codes'));
    const [prepare = '', provision = '', start = ''] = block('provisioning.json').trim().split('\n');
    const kioskFolder = /COUNTERSIGN_KIOSK_DATA=(\S+) npm run kiosk$/.exec(start)?.[1] ?? '';
    sh(prepare);
    sh(provision.replace('7K3M-Q0XV-9TBD', code).replace('482913', '4829'));
    const kiosk = run('kiosk', { COUNTERSIGN_KIOSK_DATA: kioskFolder });
    await kiosk.says(/The kiosk is open/);
    const file = join(folder, kioskFolder, 'provisioning.json');
    await expect.poll(() => sh(`cat ${kioskFolder}/kiosk.log || true`)).toMatch(/provisioning/i);
    expect(existsSync(file)).toBe(true);
    sh(provision.replace('7K3M-Q0XV-9TBD', code));
    await expect.poll(() => existsSync(file), { timeout: 60_000 }).toBe(false);

    const [list = '', revoke = ''] = block('/revoke').trim().split('\n');
    const kiosks = () =>
      ask<{ kiosks: { id: string; storeId: string; lastSeenAt: string | null; revokedAt: string | null }[] }>(list)
        .kiosks;
    await expect.poll(() => kiosks()[0]?.lastSeenAt ?? null, { timeout: 60_000 }).not.toBeNull();
    expect(kiosks()).toMatchObject([{ storeId: 'leeds-01', revokedAt: null }]);

    sh(block('server.pid'));
    await commands[0]?.ended;
    expect(kiosk.running).toBe(true);
    await run('server').says(/Ctrl-C/);

    const lookUp = block('subjects/lookup');
    expect(ask(lookUp)).toMatchObject({ records: [] });
    expect(ask(lookUp.replace('07400 123456', '123'))).toMatchObject({ details: { at: '/number' } });
    sh(revoke.replace('KIOSK-ID', kiosks()[0]?.id ?? ''));
    expect(kiosks()[0]?.revokedAt).not.toBeNull();
  } finally {
    for (const command of commands) command.end();
    for (const { ended } of commands) await ended;
    rmSync(folder, { recursive: true, force: true });
  }
});
