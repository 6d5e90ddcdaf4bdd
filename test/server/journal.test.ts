import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inTransaction } from '../../server/platform/database/transaction.ts';
import { Journal } from '../../server/platform/journal/journal.ts';
import { JournalFiles } from '../../server/platform/journal/journal-files.ts';
import { createLogger } from '../../server/platform/logging/logging.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { createDatabase } from './database.ts';
import { mobile, type ServerHome, startTestServer, type TestServer } from './test-server.ts';

let home: ServerHome;
let folder: string;
let server: TestServer;
let kiosk: SimulatedKiosk;
beforeEach(async () => {
  home = { database: await createDatabase(), folder: mkdtempSync(join(tmpdir(), 'countersign-home-')) };
  folder = join(home.folder, 'journal');
  server = await startTestServer({ home });
  kiosk = await server.enrol();
});
afterEach(async () => {
  await server.close();
  await home.database.drop();
  rmSync(home.folder, { recursive: true, force: true });
});

const files = () => readdirSync(folder).filter((name) => name.endsWith('.journal'));
const written = () =>
  files()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
const health = async () => (await server.app.inject('/health')).json().journal;
const entries = async () => await journalOf(server).read();
const journalOf = ({ db, keys }: TestServer) =>
  new Journal({ folder, db, keys, clock: () => new Date(), logger: createLogger('silent', null) });

async function stopOnReceipt(number: string): Promise<number> {
  const body = kiosk.body(number);
  await kiosk.deliver([await kiosk.record(body)]);
  await server.openingWorker.settled();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const url = `/m/${body.manageToken}/withdraw`;
  return (await server.app.inject({ method: 'POST', url, headers, payload: '' })).statusCode;
}

async function restart(): Promise<void> {
  await server.close();
  server = await startTestServer({ home });
}

vi.setConfig({ testTimeout: 30_000 });

describe('kept 12: the journal', () => {
  test('holds what stops, erases, revokes and takes back, sealed and of one length, when the answer is there', async () => {
    await stopOnReceipt(mobile(1));
    expect(await entries()).toMatchObject([{ kind: 'withdrawn', source: 'receipt_page', number: mobile(1) }]);
    await kiosk.deliver([await kiosk.record(kiosk.withdrawal(mobile(1)), { type: 'withdrawn' })]);
    await server.openingWorker.settled();
    await server.admin('POST', '/v1/subjects/erasure', { number: mobile(1) });
    await server.admin('POST', `/v1/kiosks/${kiosk.id}/revoke`);
    await server.admin('POST', `/v1/kiosks/${kiosk.id}/reinstatement`);
    expect((await entries()).map(({ kind }) => kind)).toEqual([
      'withdrawn',
      'withdrawn',
      'erased',
      'kiosk_revoked',
      'kiosk_reinstated',
    ]);
    const lines = written().trimEnd().split('\n');
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    expect(written()).not.toContain(mobile(1).slice(1));
    expect(written()).not.toContain(kiosk.id);
    expect(JSON.stringify((await server.database.query('select * from unwritten_journal_lines')).rows)).toBe('[]');
    expect(server.logged()).not.toContain(mobile(1));
  });

  test('where it cannot be written, what stops is done all the same, waits in the database, and is written when it can be', async () => {
    renameSync(folder, `${folder}-away`);
    writeFileSync(folder, 'a file in the way');
    expect(await stopOnReceipt(mobile(2))).toBe(303);
    expect(await health()).toBe('failing');
    expect((await server.database.query('select source from server_events')).rows).toEqual([
      { source: 'receipt_page' },
    ]);
    await restart();
    expect(await health()).toBe('failing');
    rmSync(folder);
    renameSync(`${folder}-away`, folder);
    await server.parts.journal.write();
    expect(await health()).not.toBe('failing');
    expect(await entries()).toMatchObject([{ number: mobile(2) }]);
    await restart();
    expect(await health()).toBe('ok');
  });

  test.each([
    ['nothing', () => undefined],
    ['an empty folder, where a disk is mounted,', () => mkdirSync(folder)],
  ])('with %s in its place it is not written to', async (_, put) => {
    renameSync(folder, `${folder}-away`);
    put();
    expect(await stopOnReceipt(mobile(3))).toBe(303);
    expect(await health()).toBe('failing');
    rmSync(folder, { recursive: true, force: true });
    renameSync(`${folder}-away`, folder);
    await server.jobs.add('housekeeping', [{}]);
    while (files().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await server.parts.journal.write();
    expect(await entries()).toMatchObject([{ number: mobile(3) }]);
    expect(await health()).toBe('ok');
  });

  test('a last line that was cut counts for nothing; one that was touched is told, and the others hold', async () => {
    for (const index of [4, 5, 6]) await stopOnReceipt(mobile(index));
    const [name = ''] = files();
    const path = join(folder, name);
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, whole.slice(0, 200));
    await restart();
    expect(await health()).toBe('ok');
    expect(await entries()).toHaveLength(3);
    const lines = whole.split('\n');
    for (let at = 0; at < (lines[1]?.length ?? 0); at += 97) {
      const old = lines[1]?.charAt(at);
      const touched = [
        lines[0],
        lines[1]?.slice(0, at) + (old === 'A' ? 'B' : 'A') + lines[1]?.slice(at + 1),
        lines[2],
      ];
      writeFileSync(path, `${touched.join('\n')}\n`);
      expect((await entries()).map((entry) => 'number' in entry && entry.number)).toEqual([mobile(4), mobile(6)]);
    }
    await restart();
    expect(await health()).toBe('damaged');
  });

  test('many stops at once, by several servers, are each written once', async () => {
    const other = journalOf(server);
    await other.open();
    const { journal } = server.parts;
    const revoked = { kind: 'kiosk_revoked' as const, kioskId: kiosk.id, happenedAt: new Date().toISOString() };
    await Promise.all(
      Array.from({ length: 60 }, async (_, serverSequence) => {
        const own = serverSequence % 2 === 0 ? journal : other;
        await inTransaction(server.db, (transaction) => journal.add(transaction, { ...revoked, serverSequence }));
        await own.write();
        const here = (await entries()).map((entry) => entry.serverSequence);
        expect(here, 'is there when it was answered for').toContain(serverSequence);
      }),
    );
    const sequences = (await entries()).map(({ serverSequence }) => serverSequence);
    expect(sequences).toEqual(Array.from({ length: 60 }, (_, at) => at));
  });
});

test('kept 12: what an append that failed half-way has left is gone with the next, and each day has its file', async () => {
  let now = new Date('2026-12-01T10:00:00Z');
  const own = new JournalFiles(folder, () => now);
  await own.append(['one\n']);
  const [name = ''] = files();
  appendFileSync(join(folder, name), 'two-and-then-the-disk-was-fu');
  await own.append(['two\n', 'three\n']);
  now = new Date('2026-12-02T10:00:00Z');
  await own.append(['four\n']);
  expect((await own.read()).map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four']);
  expect(files().map((file) => file.slice(0, 10))).toEqual(['2026-12-01', '2026-12-02']);
});
