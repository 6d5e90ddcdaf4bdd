import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { demoPin, provisionDemoKiosk } from '../../tools/local/demo-kiosk.ts';
import type { HeadOffice } from '../../tools/local/head-office.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'demo-kiosk-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(data, { recursive: true });
});

const server: HeadOffice = {
  url: 'http://127.0.0.1:4810',
  outboxUrl: 'http://127.0.0.1:4810/outbox?key=A',
  createEnrolmentCode: async () => 'NEWC-ODEN-EWCO',
  askAsHeadOffice: async () => ({}),
  download: async () => new ReadableStream(),
};
const file = () => join(data, 'provisioning.json');
const demos = { serverUrl: 'http://127.0.0.1:4999', code: 'OLDC-ODEO-LDCO', pin: demoPin };

test.each([
  ['a server elsewhere', JSON.stringify({ ...demos, serverUrl: 'https://head-office.example' })],
  ['another PIN', JSON.stringify({ ...demos, pin: '111111' })],
  ['a PIN of the staff', JSON.stringify({ ...demos, staffPin: '222222' })],
  ['a mistake in it', '{ "serverUrl": '],
])('found 28: a provisioning file of one’s own, here with %s, is left as it is, and that is said', async (_, text) => {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  writeFileSync(file(), text);
  await provisionDemoKiosk(data, server);
  expect(said).toHaveBeenCalledWith(expect.stringContaining(`The kiosk enrols with ${file()}`));
  expect(readFileSync(file(), 'utf8')).toBe(text);
});

test('so is a folder of that name', async () => {
  mkdirSync(file());
  await provisionDemoKiosk(data, server);
  expect(existsSync(file())).toBe(true);
});

test.each([
  ['none', null],
  ['one that an earlier start left', JSON.stringify(demos)],
])('with %s there, the kiosk gets a code for this server', async (_, text) => {
  if (text !== null) writeFileSync(file(), text);
  await provisionDemoKiosk(data, server);
  const form = JSON.parse(readFileSync(file(), 'utf8'));
  expect(form).toEqual({ serverUrl: server.url, code: 'NEWC-ODEN-EWCO', pin: demoPin });
});
