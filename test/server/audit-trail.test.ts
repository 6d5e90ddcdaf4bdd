import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEntryHash, emptyTrailHash, signTrailHead } from '../../protocol/audit-trail/chain.ts';
import type { ChainedEntry, TrailHead } from '../../protocol/audit-trail/format.ts';
import { verifyTrail } from '../../protocol/audit-trail/verify-file.ts';
import { recordAction, recordActions } from '../../server/platform/audit-trail/record-action.ts';
import { administrator } from '../../server/platform/auth/principals.ts';
import { connect } from '../../server/platform/database/connection.ts';
import { migrate } from '../../server/platform/database/migrate.ts';
import { changedAt, other, pathsOf, type Value } from '../support/changed-json.ts';
import { createDatabase } from './database.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
/** A real export. */
let lines: string[];

beforeAll(async () => {
  server = await startTestServer();
  await server.enrol();
  await server.admin('POST', '/v1/subjects/lookup', { number: mobile(1) });
  await server.admin('POST', '/v1/kiosks/00000000-0000-4000-8000-000000000000/revoke');
  lines = await exported();
});
afterAll(() => server.close());

async function exported(from = server): Promise<string[]> {
  const headers = { authorization: `Bearer ${from.parts.adminToken}` };
  const reply = await from.app.inject({ method: 'GET', url: '/v1/audit/trail', headers });
  expect(reply.statusCode, reply.payload).toBe(200);
  return reply.payload.trimEnd().split('\n');
}

async function faultsOf(changed: readonly string[], earlier: TrailHead[] = []): Promise<string[]> {
  const codes = new Set<string>();
  async function* read() {
    for (const line of changed) yield `${line}\n`;
  }
  await verifyTrail(read(), ({ code }) => codes.add(code), earlier);
  return [...codes];
}

const entriesOf = (of: string[]): ChainedEntry[] =>
  of.filter((line) => line.startsWith('{"entry"')).map((line) => JSON.parse(line).entry as ChainedEntry);
const headOf = (of: string[]): TrailHead => JSON.parse(of.at(-1) ?? '').head as TrailHead;
const actionsSince = async (before: number): Promise<unknown[]> =>
  entriesOf(await exported())
    .slice(before, -1)
    .map(({ principal, action, about, outcome }) => [
      principal.kind,
      action,
      about === null ? null : `${about.kind} ${about.id}`,
      outcome,
    ]);
const length = async () => entriesOf(await exported()).length;

test('kept 15: an export of the trail is whole, and each entry is chained to the one before', async () => {
  expect(await faultsOf(lines)).toEqual([]);
  expect(entriesOf(lines).map(({ action }) => action)).toEqual([
    'configuration.published',
    'enrolment_code.created',
    'kiosk.enrolled',
    'subject.looked_up',
    'audit_trail.exported',
  ]);
});

test('kept 15: what is refused to a principal stands in the trail, a wrong token does not', async () => {
  const endsAt = new Date(Date.now() + 86_400_000).toISOString();
  const made = await server.admin('POST', '/v1/api-keys', { name: 'x', permissions: ['alarms:read'], endsAt });
  const before = await length();
  const { id, secret } = made.json as { id: string; secret: string };
  for (const bearer of [secret, 'wrong']) {
    const headers = { authorization: `Bearer ${bearer}` };
    await server.app.inject({ method: 'POST', url: '/v1/subjects/lookup', headers, payload: { number: mobile(1) } });
  }
  expect(await actionsSince(before)).toEqual([
    ['integration', 'access.refused', 'permission subjects:read', 'refused'],
  ]);
  expect(entriesOf(await exported())[before]?.principal.id).toBe(id);
});

test('kept 15: nothing personal and no secret is in the trail', async () => {
  const own = await server.enrol();
  await own.deliver(await own.records([41, 42].map(mobile)));
  await server.openingWorker.settled();
  await server.admin('POST', '/v1/subjects/lookup', { number: mobile(41) });
  await server.admin('POST', '/v1/subjects/lookup', { number: mobile(43) });
  await server.admin('POST', '/v1/subjects/erasure', { number: mobile(42) });
  const text = (await exported()).join('\n');
  expect(text).toContain('subject.erased');
  expect(text).not.toMatch(/740010{2}|\+44|127\.0\.0\.1/);
  expect(text).not.toContain(server.parts.adminToken);
});

test('kept 15: an entry is there if and only if the transaction of its action commits', async () => {
  const before = await length();
  const about = { kind: 'store', id: 'leeds-01' } as const;
  const failing = server.db.transaction().execute(async (transaction) => {
    await recordAction(transaction, administrator, { action: 'kiosk.revoked', about }, new Date());
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  expect(await actionsSince(before)).toEqual([]);
  expect(await faultsOf(await exported())).toEqual([]);
});

test('kept 15: a head whose signature does not hold is a head, and what stands behind it is too much', async () => {
  const head = { ...headOf(lines), at: '2026-01-01T00:00:00.000Z' };
  const changed = lines.with(-1, JSON.stringify({ head }));
  expect(await faultsOf(changed)).toEqual(['head_invalid']);
  expect(await faultsOf([...changed, lines.at(-1) ?? ''])).toEqual(['head_invalid', 'line_malformed']);
});

test('kept 15: several servers that append at the same time make one chain without a gap', async () => {
  const before = await length();
  const others = [1, 2, 3].map(() => connect(server.database.url, () => undefined));
  const action = { action: 'ledger.exported', about: null } as const;
  await Promise.all(
    others.flatMap((db) => Array.from({ length: 20 }, () => recordActions(db, administrator, [action], new Date()))),
  );
  await Promise.all(others.map((db) => db.destroy()));
  const now = await exported();
  expect(await faultsOf(now)).toEqual([]);
  expect(entriesOf(now)).toHaveLength(before + 61);
});

describe('kept 15: nobody changes an entry', () => {
  const statements = [
    `update audit_entries set outcome = 'nothing'`,
    'delete from audit_entries',
    'truncate audit_entries',
  ];

  test.each(statements)('%s is refused by the trigger, whoever asks', async (statement) => {
    await expect(server.database.query(statement)).rejects.toThrow('append only');
  });

  test.each(statements)('%s is refused to the role of the server, also without the trigger', async (statement) => {
    const database = await createDatabase();
    const role = `server_${randomUUID().replaceAll('-', '')}`;
    await database.query(`create role ${role} login password 'word'`);
    await database.query(`grant create on schema public to ${role}`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'word'];
    const db = connect(url.href, () => undefined);
    try {
      await migrate(db);
      await recordActions(db, administrator, [{ action: 'kiosk.revoked', about: null }], new Date());
      await database.query('alter table audit_entries disable trigger all');
      await expect(sql.raw(statement).execute(db)).rejects.toThrow('permission denied');
    } finally {
      await db.destroy();
      await database.query(`drop owned by ${role}`);
      await database.query(`drop role ${role}`);
      await database.drop();
    }
  });
});

/** With all hashes and the head made to fit, as whoever has the database and the server's answer can do. */
function rechained(entries: Omit<ChainedEntry, 'hash'>[], head: TrailHead): string[] {
  let last = { sequence: 0, hash: emptyTrailHash };
  const chained = entries.map((entry, index) => {
    const content = { ...entry, sequence: index + 1, previousHash: last.hash };
    last = { sequence: index + 1, hash: auditEntryHash(content) };
    return JSON.stringify({ entry: { ...content, hash: last.hash } });
  });
  const { signature: _, ...statement } = { ...head, ...last };
  const resigned = signTrailHead(statement, server.parts.keys.signing.privateKey);
  return [lines[0] ?? '', ...chained, JSON.stringify({ head: resigned })];
}

/** As the server itself would end an export of these lines: whoever changes rows in its database gets its signature for them. */
function resigned(changed: string[]): string[] {
  const kept = changed.filter((line) => !line.startsWith('{"head"'));
  const last = entriesOf(kept).at(-1);
  const { signature: _, ...statement } = headOf(lines);
  const at = { ...statement, sequence: last?.sequence ?? 0, hash: last?.hash ?? emptyTrailHash };
  return [...kept, JSON.stringify({ head: signTrailHead(at, server.parts.keys.signing.privateKey) })];
}

describe('kept 15: with one thing wrong in the database, a fault is found in what the server exports and signs', () => {
  const changes: [string, (old: Value) => Value | undefined][] = [
    ['changed', other],
    ['left out', () => undefined],
    ['emptied', () => null],
  ];

  test.each(changes)('a member %s, of every entry', async (_, change) => {
    let tried = 0;
    for (const [index, line] of lines.slice(0, -1).entries()) {
      for (const path of pathsOf(JSON.parse(line))) {
        const variant = JSON.stringify(changedAt(JSON.parse(line), path, change));
        if (variant === line) continue;
        tried += 1;
        expect(await faultsOf(resigned(lines.with(index, variant))), `${path.join('.')} of ${line}`).not.toEqual([]);
      }
    }
    expect(tried).toBeGreaterThan(30);
  });

  test('an entry dropped, twice, moved, or put in', async () => {
    const count = lines.length - 2;
    for (let at = 1; at <= count; at++) {
      const line = lines[at] ?? '';
      // The last one is missed only beside what was signed before: see below.
      if (at < count) expect(await faultsOf(resigned(lines.toSpliced(at, 1))), `without ${at}`).not.toEqual([]);
      expect(await faultsOf(resigned(lines.toSpliced(at, 0, line))), `${at} twice`).toContain('line_order');
      if (at === count) continue;
      const swapped = lines.with(at, lines[at + 1] ?? '').with(at + 1, line);
      expect(await faultsOf(resigned(swapped)), `${at} moved`).not.toEqual([]);
    }
  });

  test('contents exchanged between entries, with their own hashes made to fit', async () => {
    const entries = entriesOf(lines);
    for (const [one, first] of entries.entries()) {
      for (const [two, second] of entries.entries()) {
        if (one === two || two === entries.length - 1) continue;
        const content = { ...second, sequence: first.sequence, previousHash: first.previousHash };
        const { hash: _, ...bare } = content;
        const exchanged = JSON.stringify({ entry: { ...bare, hash: auditEntryHash(bare) } });
        if (one === entries.length - 1) continue;
        expect(await faultsOf(resigned(lines.with(one + 1, exchanged)))).toContain('entry_unlinked');
      }
    }
  });
});

test('kept 15: whatever is changed in a signed file, or cut off its end, is found', async () => {
  for (const [index, line] of lines.entries()) {
    for (const path of pathsOf(JSON.parse(line))) {
      const variant = JSON.stringify(changedAt(JSON.parse(line), path, other));
      expect(await faultsOf(lines.with(index, variant)), `line ${index + 1}: ${path.join('.')}`).not.toEqual([]);
    }
  }
  for (let kept = 1; kept < lines.length - 1; kept++) {
    expect(await faultsOf(lines.slice(0, kept))).toContain('head_missing');
    expect(await faultsOf([...lines.slice(0, kept), lines.at(-1) ?? ''])).toEqual(['head_mismatch']);
  }
  expect(await faultsOf([...lines, lines.at(-1) ?? ''])).toEqual(['line_malformed']);
});

test('kept 15: a trail that was written anew, hash by hash, is found beside an earlier export', async () => {
  const earlier = headOf(lines);
  const later = await exported();
  expect(await faultsOf(later, [earlier])).toEqual([]);
  const entries = entriesOf(later).map(({ hash: _, ...entry }) => entry);
  for (let at = 0; at < earlier.sequence; at++) {
    const changed = rechained(
      entries.map((entry, index) => (index === at ? { ...entry, outcome: 'refused' } : entry)),
      headOf(later),
    );
    expect(await faultsOf(changed)).toEqual([]);
    expect(await faultsOf(changed, [earlier]), `entry ${at + 1}`).toEqual(['trail_rewritten']);
    expect(await faultsOf(rechained(entries.toSpliced(at, 1), headOf(later)), [earlier])).toEqual(['trail_rewritten']);
  }
  const cut = rechained(entries.slice(0, earlier.sequence - 1), headOf(later));
  expect(await faultsOf(cut)).toEqual([]);
  expect(await faultsOf(cut, [earlier])).toEqual(['trail_rewritten']);
});

test('kept 15: every column of a row that somebody changes in the database is found in the next export', async () => {
  const own = await startTestServer();
  await own.enrol();
  await exported(own);
  await own.database.query('alter table audit_entries disable trigger all');
  const columns = Object.keys((await own.database.query('select * from audit_entries limit 1')).rows[0]);
  const original = (await own.database.query('select * from audit_entries where sequence = 2')).rows[0];
  for (const column of columns) {
    const value = column === 'sequence' ? 1_000 : column === 'recorded_at' ? new Date(0) : 'other';
    await own.database.query(`update audit_entries set ${column} = $1 where hash = $2`, [value, original.hash]);
    expect(await faultsOf(await exported(own)), column).not.toEqual([]);
    await own.database.query('delete from audit_entries where sequence > 2 or hash = $1', ['other']);
    await own.database.query(`delete from audit_entries where sequence = 2`);
    const names = columns.map((_, index) => `$${index + 1}`).join(', ');
    await own.database.query(
      `insert into audit_entries values (${names})`,
      columns.map((each) => original[each]),
    );
  }
  expect(await faultsOf(await exported(own))).toEqual([]);
  await own.close();
});
