import { expect, test } from '@playwright/test';
import { captureDraftSchema, enrolmentFormSchema } from '../../shared/contracts/ipc.ts';
import { britishMobile, draftFor } from '../support/kiosk.ts';
import { configurationOf, saveAll } from './support/bridge.ts';
import { countRecords, readKioskDatabase } from './support/kiosk-file.ts';
import { anyValue, spoiled, unspeakable } from './support/malformed.ts';
import { oneShop } from './support/one-shop.ts';
import { SeededRandom } from './support/random.ts';

const calls = 1_000;

const here = oneShop();
test.beforeAll(() => here.shop.closeServer());

type Call = { name: 'save' | 'enrol' | 'unlockManager'; argument: unknown };

/** In the page: calls one function of the bridge and says how it answered. */
async function callBridge({ name, argument }: Call): Promise<string> {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const made: Record<string, unknown> = {
    $nan: Number.NaN,
    $infinity: Number.NEGATIVE_INFINITY,
    $undefined: undefined,
    $bigint: 10n,
    $date: new Date(0),
    $map: new Map([['number', '+447400123456']]),
    $bytes: new Uint8Array(1_000),
    $cycle: cycle,
    $hole: new Array(3),
  };
  const revive = (value: unknown): unknown => {
    if (typeof value === 'string') return value in made ? made[value] : value;
    if (Array.isArray(value)) return value.map(revive);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revive(each)]));
  };
  try {
    const call = window.countersign[name] as (argument: unknown) => Promise<{ ok: boolean; error?: { code: string } }>;
    const answer = await call(revive(argument));
    return answer.ok ? 'accepted' : (answer.error?.code ?? 'no code');
  } catch {
    return 'not carried';
  }
}

/** Everything that is stored. */
function stored(): unknown {
  return readKioskDatabase(here.shop.kioskData, (database) => {
    const tables = database.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    return tables.map((table) => [table, database.prepare(`SELECT * FROM ${table}`).all()]);
  });
}

test('a thousand malformed calls through the bridge are refused and change nothing', async () => {
  test.setTimeout(120_000);
  const { page } = here.kiosk;
  const random = new SeededRandom();
  const [receipt] = await saveAll(page, [britishMobile(1)]);
  expect(receipt).toBeDefined();
  const draft = draftFor(await configurationOf(page), britishMobile(2));
  const form = { serverUrl: 'http://127.0.0.1:9', code: '7K3M-Q0XV-9TBD', pin: '482913' };
  const before = stored();

  const answers = new Map<string, number>();
  for (let done = 0; done < calls; ) {
    const call = random.one<() => Call>([
      () => ({ name: 'save', argument: random.below(4) === 0 ? anyValue(random) : spoiled(random, draft) }),
      () => ({ name: 'save', argument: spoiled(random, draft) }),
      () => ({ name: 'enrol', argument: spoiled(random, form) }),
      () => ({ name: 'unlockManager', argument: random.one([anyValue(random), '4'.repeat(65)]) }),
    ])();
    if (isWellFormed(call)) continue;
    done += 1;
    const answer = await page.evaluate(callBridge, call);
    expect(['argument_malformed', 'not carried'], JSON.stringify(call).slice(0, 500)).toContain(answer);
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  }
  expect(answers.get('argument_malformed'), 'most of them reach the main process').toBeGreaterThan(calls / 2);
  expect(stored()).toEqual(before);
  expect(await page.evaluate(() => window.countersign.state())).toMatchObject({ ok: true, value: { state: 'ready' } });

  await saveAll(page, [britishMobile(2)]);
  expect(countRecords(here.shop.kioskData), 'and the next customer is served').toBe(2);
});

/** By chance what was spoiled may still be right, and a short text is a PIN like any other. */
function isWellFormed({ name, argument }: Call): boolean {
  if (name === 'unlockManager') {
    return typeof argument === 'string' && argument.length <= 64 && !unspeakable.includes(argument);
  }
  return (name === 'save' ? captureDraftSchema : enrolmentFormSchema).safeParse(argument).success;
}

test('the manager functions refuse everybody before the PIN', async () => {
  const codes = await here.kiosk.page.evaluate(async () => {
    const { managerStatus, syncNow, resetKiosk, setStaffPin } = window.countersign;
    const answers = await Promise.all([managerStatus(), syncNow(), resetKiosk(false), setStaffPin('735512')]);
    return answers.map((answer) => (answer.ok ? 'accepted' : answer.error.code));
  });
  expect(codes).toEqual(Array(4).fill('manager_locked'));
});

test('an enrolled kiosk cannot be enrolled again from the page', async () => {
  const before = stored();
  const answer = await here.kiosk.page.evaluate(() =>
    window.countersign.enrol({ serverUrl: 'http://127.0.0.1:9', code: '7K3M-Q0XV-9TBD', pin: '482913' }),
  );
  expect(answer).toMatchObject({ ok: false, error: { code: 'already_enrolled' } });
  expect(stored()).toEqual(before);
});

test('the page gets named functions only, and the main process refuses another page with the same preload', async () => {
  const given = await here.kiosk.page.evaluate(() => ({
    bridge: Object.keys(window.countersign).sort(),
    node: ['require', 'process', 'Buffer', 'module', 'electron', 'ipcRenderer'].filter((name) => name in window),
  }));
  expect(given).toEqual({
    bridge: [
      'attest',
      'checkCode',
      'endSession',
      'enrol',
      'lockManager',
      'managerStatus',
      'onAsleep',
      'onState',
      'onSync',
      'resetKiosk',
      'save',
      'screenFailed',
      'sendCode',
      'setStaffPin',
      'state',
      'syncNow',
      'unlockManager',
    ],
    node: [],
  });
  const answers = await here.kiosk.application.evaluate(async ({ app, BrowserWindow }) => {
    const preload = `${app.getAppPath()}/out/preload/preload.cjs`;
    const window = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await window.loadURL('data:text/html,another page');
    const code = `Promise.all([countersign.state(), countersign.unlockManager('482913'), countersign.resetKiosk(false)])`;
    const all = (await window.webContents.executeJavaScript(code)) as { ok: boolean; error?: { code: string } }[];
    window.destroy();
    return all.map((answer) => answer.error?.code);
  });
  expect(answers).toEqual(['sender_unknown', 'sender_unknown', 'sender_unknown']);
});
