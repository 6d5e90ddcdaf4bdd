import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../protocol/audit/verify-file.ts';
import { countersign } from '../../protocol/countersignature.ts';
import { signBytes } from '../../protocol/signing.ts';
import type { Countersignature } from '../../shared/contracts/wire.ts';
import { changedAt, other, pathsOf } from '../support/changed-json.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let kiosk: SimulatedKiosk;
/** A real export, of records that came in three batches. */
let lines: string[];

beforeAll(async () => {
  server = await startTestServer();
  kiosk = await server.enrol();
  await kiosk.deliver(await kiosk.records([1, 2, 3, 4].map(mobile)));
  await kiosk.deliver(await kiosk.records([5].map(mobile)));
  await kiosk.deliver(await kiosk.records([6, 7, 8].map(mobile)));
  lines = (await exported(kiosk.id)).trimEnd().split('\n');
});
afterAll(() => server.close());

async function exported(id: string): Promise<string> {
  const reply = await server.app.inject({
    method: 'GET',
    url: `/v1/audit/kiosks/${id}`,
    headers: { authorization: `Bearer ${server.parts.adminToken}` },
  });
  expect(reply.statusCode, reply.payload).toBe(200);
  expect(reply.headers['content-type']).toContain('application/jsonl');
  return reply.payload;
}

async function faultsOf(changed: readonly string[]): Promise<string[]> {
  const codes = new Set<string>();
  async function* read() {
    for (const line of changed) yield `${line}\n`;
  }
  await verifyAudit(read, ({ code }) => codes.add(code));
  return [...codes];
}

/** As the server itself would end an export of these lines: whoever changes its database gets its signature for it. */
function resealed(changed: readonly string[]): string[] {
  const kept = changed.filter((line) => !/^\s*\{\s*"end"/.test(line));
  const { id, privateKey } = server.parts.keys.signing;
  const digest = createHash('sha256')
    .update(kept.map((line) => `${line}\n`).join(''))
    .digest();
  const count = (kind: string) => kept.filter((line) => line.startsWith(`{"${kind}"`)).length;
  const counts = { records: count('record'), countersignatures: count('countersignature') };
  return [
    ...kept,
    JSON.stringify({ end: { ...counts, signingKeyId: id, signature: signBytes('audit', digest, privateKey) } }),
  ];
}

test('kept 16: an export is whole, and says whose it is', async () => {
  expect(await faultsOf(lines)).toEqual([]);
  expect(lines).toHaveLength(1 + 1 + 8 + 3 + 1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ audit: 1, kiosk: { id: kiosk.id, storeId: 'halden-bridge' } });
});

test('kept 16: a kiosk that is not there, and somebody without the token, get nothing', async () => {
  const url = '/v1/audit/kiosks/0192f0c1-2b3c-7d4e-8f50-617283940516';
  expect((await server.app.inject({ method: 'GET', url })).statusCode).toBe(401);
  const headers = { authorization: `Bearer ${server.parts.adminToken}` };
  expect((await server.app.inject({ method: 'GET', url, headers })).statusCode).toBe(404);
});

/** What the server alone says, and no kiosk ever signed: when it came, and whose kiosk it is by the fleet's list. */
const serversOwn = new Set([
  'record.receivedAt',
  'record.serverSequence',
  'exportedAt',
  'epoch',
  'kiosk.storeId',
  'kiosk.enrolledAt',
  'kiosk.revokedAt',
]);
const proven = (line: string) => pathsOf(JSON.parse(line)).filter((path) => !serversOwn.has(path.join('.')));

const tamperings: [string, (line: string) => string[]][] = [
  ['changed', (line) => proven(line).map((path) => JSON.stringify(changedAt(JSON.parse(line), path, other)))],
  [
    'left out',
    (line) =>
      pathsOf(JSON.parse(line)).map((path) => JSON.stringify(changedAt(JSON.parse(line), path, () => undefined))),
  ],
  [
    'changed inside a header',
    (line) => {
      const { record } = JSON.parse(line) as { record?: { header: string } };
      if (record === undefined) return [];
      return pathsOf(JSON.parse(record.header)).map((path) =>
        JSON.stringify({
          record: { ...record, header: JSON.stringify(changedAt(JSON.parse(record.header), path, other)) },
        }),
      );
    },
  ],
];

describe('kept 16: with one thing wrong in the database, a fault is found in what the server exports and signs', () => {
  test.each(tamperings)('a member %s, on every line', async (_, variantsOf) => {
    let tried = 0;
    for (const [index, line] of lines.slice(0, -1).entries()) {
      for (const variant of variantsOf(line)) {
        if (variant === line) continue;
        tried += 1;
        expect(await faultsOf(resealed(lines.with(index, variant))), `line ${index + 1}: ${variant}`).not.toEqual([]);
      }
    }
    expect(tried).toBeGreaterThan(25);
  });

  test('a line dropped, twice, moved, or exchanged for another', async () => {
    for (const [index, line] of lines.slice(0, -1).entries()) {
      expect(await faultsOf(resealed(lines.toSpliced(index, 1))), `without line ${index + 1}`).not.toEqual([]);
      expect(await faultsOf(resealed(lines.toSpliced(index, 0, line))), `line ${index + 1} twice`).not.toEqual([]);
      const next = lines[index + 1];
      if (next === undefined || next.startsWith('{"end"')) continue;
      expect(
        await faultsOf(resealed(lines.with(index, next).with(index + 1, line))),
        `line ${index + 1} moved`,
      ).not.toEqual([]);
    }
  });

  test('bodies or signatures exchanged, with everything outside the records made to fit', async () => {
    const at = lines.flatMap((line, index) => (line.startsWith('{"record"') ? [index] : []));
    const recordAt = (index: number) => (JSON.parse(lines[index] ?? '') as { record: Record<string, string> }).record;
    const [one, two] = [at[1] ?? 0, at[5] ?? 0];
    const exchanged = (...members: string[]) => {
      const [first, second] = [{ ...recordAt(one) }, { ...recordAt(two) }];
      for (const member of members) [first[member], second[member]] = [second[member] ?? '', first[member] ?? ''];
      return resealed(lines.with(one, JSON.stringify({ record: first })).with(two, JSON.stringify({ record: second })));
    };
    expect(await faultsOf(exchanged('sealed'))).toContain('body_swapped');
    expect(await faultsOf(exchanged('signature'))).toContain('signature_invalid');
    expect(await faultsOf(exchanged('sealed', 'bodyHash'))).toContain('signature_invalid');
    expect(await faultsOf(exchanged('sealed', 'bodyHash', 'signature'))).toContain('signature_invalid');
  });

  test('the end taken off, so that the newest records are not missed', async () => {
    for (let kept = 1; kept < lines.length; kept++)
      expect(await faultsOf(lines.slice(0, kept))).toContain('end_missing');
  });
});

test('kept 16: a file that somebody changes after the server signed it is found, whatever they change', async () => {
  for (const [index, line] of lines.entries()) {
    for (const path of pathsOf(JSON.parse(line))) {
      const variant = JSON.stringify(changedAt(JSON.parse(line), path, other));
      expect(await faultsOf(lines.with(index, variant)), `line ${index + 1}: ${path.join('.')}`).not.toEqual([]);
    }
  }
});

test('kept 16: the newest records taken out of the database are missed, and so are those in between', async () => {
  const own = await server.enrol();
  await own.deliver(await own.records([31, 32].map(mobile)));
  await own.deliver(await own.records([33].map(mobile)));
  await own.deliver(await own.records([34].map(mobile)));
  const without = async (sequence: number) => {
    await server.database.query('delete from sealed_bodies where kiosk_id = $1 and sequence = $2', [own.id, sequence]);
    await server.database.query('delete from records where kiosk_id = $1 and sequence = $2', [own.id, sequence]);
    return await faultsOf((await exported(own.id)).trimEnd().split('\n'));
  };
  expect(await without(4)).toEqual(['sequence_missing', 'countersignature_mismatch']);
  expect(await without(2)).toEqual(['sequence_missing', 'countersignature_mismatch', 'countersignature_missing']);
});

describe('kept 16: what the server signs itself', () => {
  const at = (kind: string, nth: number) =>
    lines.flatMap((line, index) => (line.startsWith(`{"${kind}"`) ? [index] : [])).at(nth) ?? 0;

  test('a ledger that does not begin with the countersignature of enrolment', async () => {
    expect(await faultsOf(resealed(lines.slice(0, 1)))).toContain('countersignature_missing');
  });

  test('countersignatures of one sequence out of order, and a record behind the countersignature about it', async () => {
    const newest = JSON.parse(lines[at('countersignature', -1)] ?? '').countersignature as Countersignature;
    const { signature: _, ...statement } = { ...newest, serverSequence: newest.serverSequence + 5 };
    const line = JSON.stringify({ countersignature: countersign(statement, server.parts.keys.signing.privateKey) });
    expect(await faultsOf(resealed(lines.toSpliced(-1, 0, line)))).toEqual([]);
    expect(await faultsOf(resealed(lines.toSpliced(-2, 0, line)))).toEqual(['line_order']);
    const [record = ''] = lines.slice(at('record', -1));
    const behind = lines.toSpliced(-1, 0, record).toSpliced(at('record', -1), 1);
    expect(await faultsOf(resealed(behind))).toContain('line_order');
  });

  test('a sealed body in another spelling of the same bytes', async () => {
    const index = at('record', 0);
    const { record } = JSON.parse(lines[index] ?? '') as { record: { sealed: string } };
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet[alphabet.indexOf(record.sealed.at(-1) ?? '') ^ 1] ?? '';
    const sealed = `${record.sealed.slice(0, -1)}${last}`;
    expect(Buffer.from(sealed, 'base64url')).toEqual(Buffer.from(record.sealed, 'base64url'));
    const variant = JSON.stringify({ record: { ...record, sealed } });
    expect(await faultsOf(resealed(lines.with(index, variant)))).toContain('line_malformed');
  });
});

test('kept 16: a row that somebody changes in the database is found in the next export', async () => {
  const own = await server.enrol();
  await own.deliver(await own.records([21, 22, 23].map(mobile)));
  await server.database.query(
    `update records set header = replace(header, '"storeId":"halden-bridge"', '"storeId":"halden-fridge"') where kiosk_id = $1 and sequence = 2`,
    [own.id],
  );
  expect(await faultsOf((await exported(own.id)).trimEnd().split('\n'))).toContain('signature_invalid');
});
