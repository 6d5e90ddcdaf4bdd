import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProvisioningFile } from '../../electron/enrolment/provisioning.ts';
import type { EnrolmentForm, ProvisioningProblem } from '../../shared/contracts/ipc.ts';
import type { ErrorCode } from '../../shared/error-catalogue.ts';
import { CodedError } from '../../shared/errors.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';
import { silentLog } from '../support/kiosk.ts';

const good = { serverUrl: 'https://consent.example.com', code: 'AAAA-BBBB-CCCC', pin: '482913' };

let path: string;
let file: ProvisioningFile;
/** What the kiosk was asked to join with, and what comes of it. */
let asked: EnrolmentForm[];
let answers: (ErrorCode | undefined)[];
let problem: ProvisioningProblem | null;

beforeEach(() => {
  const folder = temporaryFolder();
  path = join(folder, 'provisioning.json');
  asked = [];
  answers = [];
  problem = null;
  file = new ProvisioningFile({
    folder,
    async enrol(form) {
      asked.push(form);
      const code = answers.shift();
      if (code !== undefined) throw new CodedError(code);
      file.enrolled(true);
    },
    onProblem(told) {
      problem = told;
    },
    log: silentLog,
  });
});
afterEach(() => file.stop());

const told = () => vi.waitFor(() => expect(problem).not.toBeNull());

describe('the provisioning file', () => {
  const faults: [string, string, string, string][] = [
    ['has a PIN of four digits', JSON.stringify({ ...good, pin: '4829' }), 'provisioning_field_malformed', 'pin'],
    [
      'has a PIN without quotation marks',
      JSON.stringify({ ...good, pin: 482913 }),
      'provisioning_field_malformed',
      'pin',
    ],
    ['is no JSON', '{serverUrl: "https://consent.example.com"', 'provisioning_not_json', ''],
    ['is empty', '', 'provisioning_not_json', ''],
    ['is a list', JSON.stringify([good]), 'provisioning_not_json', ''],
    [
      'lacks its code',
      JSON.stringify({ serverUrl: good.serverUrl, pin: good.pin }),
      'provisioning_field_missing',
      'code',
    ],
    ['has a field too many', JSON.stringify({ ...good, store: 'leeds' }), 'provisioning_field_unknown', 'store'],
    [
      'has no address',
      JSON.stringify({ ...good, serverUrl: 'head office' }),
      'provisioning_field_malformed',
      'serverUrl',
    ],
  ];
  for (const [what, text, code, field] of faults) {
    it(`found 31: stays where it is when it ${what}, and says so`, async () => {
      writeFileSync(path, text);
      file.enrolled(false);
      await told();
      expect(problem).toEqual({ code, field, path, retrying: false });
      expect([asked, existsSync(path)]).toEqual([[], true]);
    });
  }

  it('found 31: says that it cannot be read', async () => {
    mkdirSync(path);
    file.enrolled(false);
    await told();
    expect(problem).toMatchObject({ code: 'provisioning_unreadable' });
  });

  it('found 31: is asked once with a code that is refused, and again once the file has changed', async () => {
    answers = ['enrolment_code_refused'];
    writeFileSync(path, JSON.stringify(good));
    file.enrolled(false);
    await told();
    expect(problem).toMatchObject({ code: 'enrolment_code_refused', retrying: false });
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    expect([asked.length, existsSync(path)], 'the same file is not sent twice').toEqual([1, true]);

    writeFileSync(path, `\uFEFF${JSON.stringify({ ...good, code: 'DDDD-EEEE-FFFF' })}`);
    await vi.waitFor(() => expect(existsSync(path)).toBe(false), 5_000);
    expect(asked.map(({ code }) => code)).toEqual(['AAAA-BBBB-CCCC', 'DDDD-EEEE-FFFF']);
  }, 15_000);

  it('found 31: is tried again by itself when the server is not there or stumbles, and is gone once the kiosk is enrolled', async () => {
    answers = ['unreachable', 'not_ready', 'internal', 'answer_too_large'];
    writeFileSync(path, JSON.stringify(good));
    file.enrolled(false);
    await told();
    expect([problem?.retrying, existsSync(path)]).toEqual([true, true]);
    await vi.waitFor(() => expect(existsSync(path)).toBe(false), 20_000);
    expect(asked).toEqual([good, good, good, good, good]);
  }, 25_000);

  it.each(['body_too_large', 'configuration_malformed', 'storage_full', 'refused'] as const)(
    'is tried again after %s, which is not said of the code',
    async (code) => {
      answers = [code];
      writeFileSync(path, JSON.stringify(good));
      file.enrolled(false);
      await told();
      expect([problem?.code, problem?.retrying]).toEqual([code, true]);
    },
  );

  it('is tried again when it was taken away and comes back as it was', async () => {
    answers = ['enrolment_code_refused'];
    writeFileSync(path, JSON.stringify(good));
    file.enrolled(false);
    await told();
    rmSync(path);
    await vi.waitFor(() => expect(problem).toBeNull(), 5_000);
    writeFileSync(path, JSON.stringify(good));
    await vi.waitFor(() => expect(existsSync(path)).toBe(false), 5_000);
    expect(asked).toEqual([good, good]);
  }, 15_000);

  it('found 31: takes its problem along when it is taken away', async () => {
    writeFileSync(path, 'no JSON');
    file.enrolled(false);
    await told();
    rmSync(path);
    await vi.waitFor(() => expect(problem).toBeNull(), 5_000);
  }, 15_000);

  it('found 31: is deleted when the kiosk was enrolled by hand meanwhile: there is a PIN in it', async () => {
    writeFileSync(path, 'no JSON');
    file.enrolled(false);
    await told();
    file.enrolled(true);
    expect(existsSync(path)).toBe(false);
  });
});
