import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { fromText } from '../../protocol/bytes.ts';
import { britishMobile } from '../support/kiosk.ts';
import { saveAll, syncOnce } from './support/bridge.ts';
import { Customer } from './support/customer.ts';
import { countRecords } from './support/kiosk-file.ts';
import { NumberSearch } from './support/number-search.ts';
import { managerPin, type OpenKiosk, recordsOf, Shop } from './support/shop.ts';
import { opens, publicKeyOf, readStolenData } from './support/stolen-kiosk.ts';

const onScreen = Array.from({ length: 10 }, (_, at) => britishMobile(90_000 + at * 997));
const throughBridge = Array.from({ length: 190 }, (_, at) => britishMobile(at * 211));
const saved = [...onScreen, ...throughBridge];
/** Typed, and then the screen's process crashed. */
const abandoned = '+447911123456';

const national = (number: string): string => `0${number.slice(3)}`;

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

test('a stolen kiosk holds no number in any form and no key that opens a record; the server opens all of them', async () => {
  test.setTimeout(180_000);
  const search = new NumberSearch([...saved, abandoned]);
  const traces = () => search.tracesIn(shop.kioskData);
  // What Chromium may put elsewhere it then puts inside the folder that is searched.
  const [HOME, TMPDIR] = ['home', 'tmp'].map((name) => join(shop.kioskData, name)) as [string, string];
  for (const folder of [HOME, TMPDIR]) mkdirSync(folder, { recursive: true });
  const environment = { HOME, TMPDIR, XDG_CONFIG_HOME: HOME, XDG_CACHE_HOME: HOME };

  const first = await shop.openEnrolledKiosk({ environment });
  await shop.closeServer();
  await takeOnScreen(first);
  await saveAll(first.page, throughBridge.slice(0, 100));
  expect(traces(), 'while it works').toEqual([]);
  await first.kill();
  expect(traces(), 'after a power cut').toEqual([]);

  const second = await shop.openKiosk({ environment });
  await saveAll(second.page, throughBridge.slice(100));
  const log = () => readFileSync(join(shop.kioskData, 'kiosk.log'), 'utf8');
  const customer = new Customer(second.page);
  await customer.begins();
  await customer.taps(national(abandoned));
  await second.application.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.forcefullyCrashRenderer();
  });
  await expect.poll(log).toContain('screen process gone');
  await second.close();
  expect(existsSync(join(shop.kioskData, 'kiosk.db-wal')), 'all is in the database file itself').toBe(false);
  expect(traces(), 'after it was closed in order').toEqual([]);
  expect(countRecords(shop.kioskData)).toBe(saved.length);

  await nothingOpens();

  const server = await shop.openServer();
  const third = await shop.openKiosk({ environment });
  await expect
    .poll(() => syncOnce(third.page, managerPin), { timeout: 30_000 })
    .toMatchObject({ unsent: 0, refused: 0, damaged: 0 });
  for (const number of saved) {
    await expect.poll(() => recordsOf(server, number), { message: 'opened by the server' }).toHaveLength(1);
  }
  await third.close();
  expect(traces(), 'after the sync').toEqual([]);
  expect(search.tracesIn(shop.serverData).filter(({ file }) => file.endsWith('.log'))).toEqual([]);
});

/** Half of them by taps, half by keyboard. */
async function takeOnScreen(kiosk: OpenKiosk): Promise<void> {
  const customer = new Customer(kiosk.page);
  for (const [index, number] of onScreen.entries()) {
    await customer.begins();
    if (index % 2 === 0) await customer.taps(national(number));
    else await kiosk.page.keyboard.type(number);
    await customer.goesToChoices();
    await customer.ticks(0);
    await customer.saves();
    await customer.finishes();
  }
}

async function nothingOpens(): Promise<void> {
  const { records, keys, windows } = readStolenData(shop.kioskData);
  const { seal } = JSON.parse(readFileSync(join(shop.serverData, 'keys.json'), 'utf8')) as {
    seal: { publicKey: string; privateKey: string };
  };
  expect(await opens(records, fromText(seal.privateKey)), 'the server key, tried the same way').toBe(saved.length);
  expect(publicKeyOf(fromText(seal.privateKey))).toBe(seal.publicKey);

  expect(keys.length, 'the device key and what else looks like one').toBeGreaterThan(10);
  const opened = await Promise.all(keys.map((key) => opens(records, key)));
  expect(opened.filter((count) => count > 0)).toEqual([]);
  // HPKE opens with the recipient's own key only, so for the thousands of other byte strings this says the same.
  expect(windows.length).toBeGreaterThan(1_000);
  expect(windows.filter((window) => publicKeyOf(window) === seal.publicKey)).toEqual([]);
}

test('the search finds a number in every form it could be left in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-control-'));
  const noise = () => randomBytes(500);
  const number = '+447400123456';
  const json = (before: string) => Buffer.from(`${before}{"number":"${number}"}`);
  const hash = (name: string, text: string) => createHash(name).update(text).digest();
  const forms: Record<string, Buffer | string> = {
    text: json(''),
    national: '07400123456',
    spaced: 'Ring 07400 123456',
    international: '+44 7400 123456',
    little: Buffer.from(number, 'utf16le'),
    big: Buffer.from(number, 'utf16le').swap16(),
    'base64-0': json('').toString('base64'),
    'base64-1': json(' ').toString('base64'),
    'base64-2': json('  ').toString('base64'),
    base64url: json('ÿþ').toString('base64url'),
    'base64-of-utf-16': Buffer.from(number, 'utf16le').toString('base64'),
    hex: json('').toString('hex'),
    'hex-upper': json('').toString('hex').toUpperCase(),
    ...Object.fromEntries(
      ['sha256', 'sha1', 'md5'].flatMap((name) => [
        [`${name}-raw`, hash(name, number)],
        [`${name}-hex`, hash(name, number).toString('hex')],
        [`${name}-base64`, hash(name, number.slice(1)).toString('base64')],
        [`${name}-base64url`, hash(name, '07400123456').toString('base64url')],
      ]),
    ),
  };
  for (const [name, form] of Object.entries(forms)) {
    mkdirSync(join(folder, 'deep', '.hidden'), { recursive: true });
    writeFileSync(join(folder, 'deep', '.hidden', name), Buffer.concat([noise(), Buffer.from(form), noise()]));
  }
  writeFileSync(join(folder, 'named-447400123456'), '');

  const files = (numbers: string[]) => new Set(new NumberSearch(numbers).tracesIn(folder).map(({ file }) => file));
  expect([...files([britishMobile(1), number])].sort()).toEqual(
    [...Object.keys(forms).map((name) => join('deep', '.hidden', name)), 'named-447400123456'].sort(),
  );
  expect(files(saved)).toEqual(new Set());
  rmSync(folder, { recursive: true });
});
