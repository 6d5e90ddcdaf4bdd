import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareEnrolment } from '../../tools/local/kiosk-enrolment.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'kiosk-enrolment-'));
});
afterEach(() => rmSync(data, { recursive: true }));

const file = () => join(data, 'provisioning.json');
const form = { serverUrl: 'https://head-office.example', code: 'NEWC-ODEN-EWCO', pin: '482913' };
const settings = {
  COUNTERSIGN_KIOSK_SERVER: form.serverUrl,
  COUNTERSIGN_KIOSK_CODE: form.code,
  COUNTERSIGN_KIOSK_PIN: form.pin,
};
const earlier = { ...form, code: 'OLDC-ODEO-LDCO' };

test.each([
  ['another server', JSON.stringify({ ...earlier, serverUrl: 'https://elsewhere.example' })],
  ['another PIN', JSON.stringify({ ...earlier, pin: '111111' })],
  ['a PIN of the staff', JSON.stringify({ ...earlier, staffPin: '222222' })],
  ['a mistake in it', '{ "serverUrl": '],
])('found 28: settings do not replace a provisioning file of one’s own, here with %s', (_, text) => {
  writeFileSync(file(), text);
  expect(() => prepareEnrolment(data, settings)).toThrow(/provisioning\.json is there already.* move the file away/s);
  expect(readFileSync(file(), 'utf8')).toBe(text);
});

test('found 28: nor a folder of that name', () => {
  mkdirSync(file());
  expect(() => prepareEnrolment(data, settings)).toThrow('provisioning.json is there already');
  expect(statSync(file()).isDirectory()).toBe(true);
});

test.each([
  ['none', null],
  ['one that an earlier start with the same settings left', JSON.stringify(earlier)],
])('with %s there, the settings are laid down', (_, text) => {
  if (text !== null) writeFileSync(file(), text);
  expect(prepareEnrolment(data, settings)).toContain('with the code of COUNTERSIGN_KIOSK_CODE');
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual(form);
});

test('without settings, a file is what the kiosk enrols with', () => {
  const text = JSON.stringify(earlier);
  writeFileSync(file(), text);
  expect(prepareEnrolment(data, {})).toBe(`the one that ${file()} names`);
  expect(readFileSync(file(), 'utf8')).toBe(text);
});
