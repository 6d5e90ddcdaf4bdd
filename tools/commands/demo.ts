/**
 * `npm run demo`: the product at work with nobody at the screen. The real kiosk takes a number while the server is off; then
 * the server comes back. What could be seen on the way is left in demo-output/.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, type Page } from '@playwright/test';
import SqliteDatabase from 'better-sqlite3';
import { Customer } from '../../test/e2e/support/customer.ts';
import { pressByHand } from '../../test/e2e/support/hand.ts';
import { openManager } from '../../test/e2e/support/manager.ts';
import { buildKiosk } from '../build.ts';
import { demoPage } from '../local/demo-page.ts';
import { kioskLaunch, provision } from '../local/kiosk-process.ts';
import { type LocalServer, startServer } from '../local/server-process.ts';
import { root } from '../setup/paths.mjs';

const output = join(root, 'demo-output');
const data = join(output, 'data');
const national = '07400123456';
const number = '+447400123456';
const pin = '246810';

const pictures: { file: string; caption: string }[] = [];

async function picture(page: Page, name: string, caption: string): Promise<void> {
  const file = `${String(pictures.length + 1).padStart(2, '0')}-${name}.png`;
  // The slide from one screen to the next takes 180 ms, the tick on the last one draws itself in under a second.
  await delay(1_200);
  await page.screenshot({ path: join(output, file) });
  pictures.push({ file, caption });
  console.log(`  ${file.padEnd(28)} ${caption}`);
}

async function captureOffline(page: Page): Promise<string> {
  const customer = new Customer(page);
  await picture(page, 'attract', 'The first screen. The server is off.');
  await customer.begins();
  await picture(page, 'number', 'The number, on a big keypad.');
  await customer.taps(national.slice(0, 6));
  await picture(page, 'typing', 'Grouped while it is typed.');
  await customer.taps(national.slice(6));
  await customer.goesToChoices();
  await picture(page, 'choices', 'The choices. Nothing is ticked beforehand.');
  await page.getByRole('button', { name: 'Read the full privacy notice' }).click();
  await picture(page, 'privacy-notice', 'The full privacy notice, one tap away.');
  await page.getByRole('button', { name: 'Back to my choices' }).click();
  await customer.ticks(0);
  await picture(page, 'agreed', 'One box ticked, by the customer.');
  const receipt = await customer.saves();
  await picture(page, 'saved', `Saved, durably, without a network. Receipt ${receipt}.`);
  await customer.finishes();
  return receipt;
}

/** The row as it lies in the kiosk's database: all a thief would have. */
function sealedRow(): Record<string, unknown> {
  const database = new SqliteDatabase(join(data, 'kiosk', 'kiosk.db'), { readonly: true });
  const row = database.prepare('SELECT * FROM records ORDER BY sequence DESC').get() as Record<string, unknown>;
  database.close();
  return { ...row, header: JSON.parse(String(row.header)), sealed: (row.sealed as Buffer).toString('base64') };
}

async function waitForRecord(server: LocalServer): Promise<unknown> {
  for (let second = 0; second < 60; second++) {
    const found = (await server.askAsHeadOffice('POST', '/v1/subjects/lookup', { number })) as { records: unknown[] };
    if (found.records.length > 0) return found;
    await delay(1000);
  }
  throw new Error('the record did not arrive within a minute');
}

function leave(file: string, content: unknown): void {
  writeFileSync(join(output, file), `${JSON.stringify(content, null, 2)}\n`);
}

async function demo(): Promise<void> {
  await buildKiosk();
  rmSync(output, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });

  console.log('The central server starts, and gives out a one-time code.');
  let server = await startServer(join(data, 'server'), 0);
  const { url } = server;
  console.log(`While it runs, ${server.outboxUrl} shows what it would text to customers.`);
  provision(join(data, 'kiosk'), { serverUrl: url, code: await server.createEnrolmentCode('demo-store'), pin });
  const kiosk = await _electron.launch(kioskLaunch(join(data, 'kiosk'), '1280x800'));
  try {
    const page = await kiosk.firstWindow();
    // A quicker burst of keys would be a scanner's, and do nothing.
    pressByHand(page);
    await page.locator('[data-screen=attract]').waitFor();
    console.log('The kiosk has enrolled. Now the server goes down.');
    await server.stop();

    const receipt = await captureOffline(page);
    leave('sealed-row.json', sealedRow());
    console.log(`  ${'sealed-row.json'.padEnd(28)} What the kiosk keeps: it cannot read this back.`);
    await openManager(page, pin);
    await picture(page, 'manager-offline', 'The manager sees one record waiting.');

    console.log('The server comes back.');
    server = await startServer(join(data, 'server'), Number(new URL(url).port));
    await page.getByRole('button', { name: 'Sync now' }).click();
    const record = await waitForRecord(server);
    leave('server-record.json', record);
    console.log(
      `  ${'server-record.json'.padEnd(28)} The same record at head office: verified, opened, countersigned.`,
    );
    await page.getByText('at head office').first().waitFor();
    await picture(page, 'manager-delivered', `Receipt ${receipt} is at head office.`);
    writeFileSync(join(output, 'index.html'), demoPage(pictures, sealedRow(), record));
    console.log(`\nEverything is in ${output}; index.html shows it as a story.`);
  } finally {
    await kiosk.close();
    await server.stop();
  }
}

await demo();
