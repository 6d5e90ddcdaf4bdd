// A shop's engineer's first day: the commands are read out of README, and nothing else is read.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { freePort } from '../../server/platform/embedded-postgres/free-port.ts';
import { root } from '../../tools/setup/paths.mjs';
import { Command } from '../support/command.ts';
import { Customer, words } from './support/customer.ts';
import { openManager } from './support/manager.ts';
import { arrives, press, screenOf } from './support/screens.ts';
import { managerPin, Shop } from './support/shop.ts';

test.setTimeout(300_000);

const say = words.en;

test('found 28 to 33: the commands of the README, in their order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-first-day-'));
  const port = String(await freePort());
  const commands: Command[] = [];
  // Its kiosk is a second start on the folder of `npm run kiosk`, where a hand and an eye can be put on the screen.
  const shop = new Shop();
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
    const file = join(folder, kioskFolder, 'provisioning.json');
    const good = provision.replace('7K3M-Q0XV-9TBD', code);
    sh(good.replace(managerPin, '4829'));
    const bad = readFileSync(file, 'utf8');

    const settings = { COUNTERSIGN_KIOSK_CODE: code, COUNTERSIGN_KIOSK_PIN: managerPin };
    const refused = run('kiosk', { COUNTERSIGN_KIOSK_DATA: kioskFolder, ...settings });
    await refused.says(/provisioning\.json is there already/);
    await refused.ended;
    expect(readFileSync(file, 'utf8')).toBe(bad);

    const open = async () => (await shop.openKiosk({ data: join(folder, kioskFolder) })).page;
    const setUp = await open();
    await expect(screenOf(setUp, 'setup').locator('[data-part=file]')).toContainText(
      'The field “pin” has to be 6 to 12 digits in quotation marks.',
    );
    expect(readFileSync(file, 'utf8'), 'it stays').toBe(bad);
    await shop.closeKiosks();

    const kiosk = run('kiosk', { COUNTERSIGN_KIOSK_DATA: kioskFolder });
    await kiosk.says(/The kiosk is open/);
    sh(good);
    await expect.poll(() => existsSync(file), { timeout: 60_000 }).toBe(false);

    const [list = '', revoke = ''] = block('/revoke').trim().split('\n');
    const kiosks = () =>
      ask<{ kiosks: { id: string; storeId: string; lastSeenAt: string | null; revokedAt: string | null }[] }>(list)
        .kiosks;
    await expect.poll(() => kiosks()[0]?.lastSeenAt ?? null, { timeout: 60_000 }).not.toBeNull();
    expect(kiosks()).toMatchObject([{ storeId: 'leeds-01', revokedAt: null }]);

    const lookUp = block('subjects/lookup');
    const found = () => ask<{ records: { receiptCode: string; state: string }[] }>(lookUp).records;
    expect(found()).toEqual([]);
    expect(ask(lookUp.replace('07400 123456', '123'))).toMatchObject({ details: { at: '/number' } });

    sh(block('server.pid'));
    await commands[0]?.ended;
    expect(kiosk.running).toBe(true);
    kiosk.end();
    await kiosk.ended;
    const page = await open();
    await arrives(page, 'attract');
    const receiptCode = await new Customer(page).leavesNumber('07400123456');
    await press(page, say['saved.finish']);
    await arrives(page, 'attract');
    await run('server').says(/Ctrl-C/);
    await expect.poll(found, { timeout: 60_000, intervals: [2_000] }).toMatchObject([{ receiptCode, state: 'opened' }]);

    sh(revoke.replace('KIOSK-ID', kiosks()[0]?.id ?? ''));
    expect(kiosks()[0]?.revokedAt).not.toBeNull();
    const manager = await openManager(page, managerPin);
    // It finds out by itself, sooner or later; then there is nothing to press any more.
    const sync = page.getByRole('button', { name: say['manager.sync'], exact: true });
    await sync.click({ timeout: 5_000 }).catch(() => undefined);
    await expect(manager).toContainText(say['manager.result.revoked'], { timeout: 40_000 });
    await press(page, say['manager.leave']);
    await expect(screenOf(page, 'stopped')).toContainText(say['stopped.revoked']);
    await openManager(page, managerPin);
    await press(page, say['manager.reset']);
    await screenOf(page, 'reset').getByRole('button', { name: say['manager.reset.confirm'] }).click();
    await arrives(page, 'setup');
    expect(found(), 'what head office has stays there').toHaveLength(1);
  } finally {
    await shop.end();
    for (const command of commands) command.end();
    for (const { ended } of commands) await ended;
    rmSync(folder, { recursive: true, force: true });
  }
});
