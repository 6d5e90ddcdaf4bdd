import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { KioskApplication } from '../../electron/application.ts';
import { unpackBatch } from '../../protocol/batch.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { chainHash, configurationHash } from '../../protocol/chain.ts';
import { countersign } from '../../protocol/countersignature.ts';
import { importPrivateKey, keyId } from '../../protocol/signing.ts';
import type { SyncStatus } from '../../shared/contracts/ipc.ts';
import { type Batch, type BatchAnswer, batchSchema, type HeartbeatAnswer } from '../../shared/contracts/wire.ts';
import { type RefusalCode, refusals } from '../../shared/error-catalogue.ts';
import { type EnrolledFolder, enrolledFolder, epoch, kioskId, managerPin } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication, silentLog, withdrawalFor } from '../support/kiosk.ts';
import { sendSigned } from '../support/signed-answer.ts';

// A hundred captures each time, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

/** Four batches, as large as they are at first. */
const records = 100;

let server: Server;
let port: number;
let enrolled: EnrolledFolder;
let application: KioskApplication;
/** Of each batch as it came: its first sequence number, and the one that it says it follows. */
let arrived: [first: number, follows: number | undefined][];
let stored: number;
/** What the answer to the batch that begins with this record waits for. */
let waits: (first: number) => Promise<void>;
let refusal: (first: number) => RefusalCode | undefined;
let refusesBatch: (batch: Batch) => RefusalCode | undefined;
/** Whether a proxy refuses a body of so many bytes. */
let sizeLimit: (bytes: number) => boolean;
let refusedBySize: number;
/** Of each batch that was announced as coming ahead, its sequence numbers. */
let aheads: number[][];
/** Of all records that were taken in. */
let sequencesArrived: number[];

beforeEach(async () => {
  arrived = [];
  stored = 0;
  waits = async () => undefined;
  refusal = () => undefined;
  refusesBatch = () => undefined;
  sizeLimit = () => false;
  refusedBySize = 0;
  [aheads, sequencesArrived] = [[], []];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = (status: number, content: object) =>
        sendSigned(request, response, { status, body: JSON.stringify(content) }, enrolled.serverKey);
      if (request.url === '/v1/heartbeats') return void answer(200, beat());
      const body = Buffer.concat(chunks);
      if (sizeLimit(body.length)) {
        refusedBySize += 1;
        return response.writeHead(413, { 'content-type': 'text/html' }).end('<h1>413</h1>');
      }
      const batch = batchSchema.parse(unpackBatch(body));
      const first = sequenceOf(batch.records[0]);
      const code = refusesBatch(batch) ?? refusal(first) ?? (stored < (batch.follows ?? 0) ? 'batch_early' : undefined);
      arrived.push([first, batch.follows]);
      if (code === undefined) {
        if (batch.ahead) aheads.push(batch.records.map(sequenceOf));
        sequencesArrived.push(...batch.records.map(sequenceOf));
        const accepted = accept(batch);
        return void waits(first).then(() => answer(200, accepted));
      }
      const problem = {
        type: `/problems/${code}`,
        ...refusals[code],
        code,
        details: {},
        serverTime: '2026-11-21T09:00:00.000Z',
      };
      return void answer(refusals[code].status, problem);
    });
  });
  await listen(0);
  port = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  enrolled = await enrolledFolder(`http://127.0.0.1:${port}`);
});
afterEach(async () => {
  await application.close();
  server.closeAllConnections();
  if (server.listening) server.close();
});

const sequenceOf = (record: Batch['records'][number] | undefined): number =>
  (JSON.parse(record?.header ?? '{}') as { sequence: number }).sequence;

function beat(): HeartbeatAnswer {
  const { serverKey, configuration } = enrolled;
  const statement = { version: 1 as const, kioskId, sequence: 0, chainHash: 'c'.repeat(42).concat('A'), epoch };
  const now = { serverSequence: 2, serverTime: new Date().toISOString(), signingKeyId: keyId(serverKey.publicKey) };
  const countersignature = countersign({ ...statement, ...now }, importPrivateKey(serverKey.privateKey));
  return { countersignature, configuration: configurationHash(canonicalJson(configuration)) };
}

function accept({ records: batch, ahead }: Batch): BatchAnswer {
  const last = batch.at(-1);
  if (last === undefined) throw new Error('an empty batch');
  if (!ahead) stored = sequenceOf(last);
  const serverTime = new Date().toISOString();
  const statementOf = (record: Batch['records'][number]) => ({
    version: 1 as const,
    kioskId,
    sequence: sequenceOf(record),
    chainHash: chainHash(record.header, record.bodyHash),
    serverSequence: 2,
    serverTime,
    epoch,
    signingKeyId: keyId(enrolled.serverKey.publicKey),
  });
  const key = importPrivateKey(enrolled.serverKey.privateKey);
  return {
    answers: batch.map((record) => ({ sequence: sequenceOf(record), outcome: 'countersigned' })),
    countersignatures: batch.map((record) => countersign(statementOf(record), key)),
    missing: [],
  };
}

/** Captures while nobody listens. */
async function captureAll() {
  // The longest pauses: no run begins by itself while a test looks at one.
  application = openApplication(
    enrolled.folder,
    silentLog,
    () => undefined,
    () => 0.999,
  );
  const handlers = application.handlers();
  for (let index = 0; index < records; index++) {
    await handlers['capture:save'](draftFor(enrolled.configuration, britishMobile(index)));
  }
  await handlers['manager:unlock']({ pin: managerPin });
  expect(await handlers['manager:sync']()).toMatchObject({ unsent: records, resultCode: 'unreachable' });
  return handlers;
}

/** The server is there, and everything is sent to it. The first batch is one record, to see whether it is there. */
async function sync(): Promise<SyncStatus> {
  if (!server.listening) await listen(port);
  for (;;) {
    const status = await application.handlers()['manager:sync']();
    if (status.resultCode !== 'unreachable') return status;
  }
}

const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));

/** Where the second of the two begins: as far as the first one came. */
const secondOf = (): number => arrived.find(([first]) => first > 2)?.[0] ?? Number.POSITIVE_INFINITY;

/** Refuses the batch that `which` chooses the first time. */
function refuseOnce(which: (first: number) => boolean, code: RefusalCode): void {
  let refused = false;
  refusal = (first) => {
    if (refused || !which(first)) return undefined;
    refused = true;
    return code;
  };
}

it('the second batch goes before the first is answered, and says which one it follows', async () => {
  await captureAll();
  // Over two connections, so it may even come first; then it goes again, as the next test says.
  waits = (first) =>
    first === 2 ? vi.waitUntil(() => arrived.length > 2, 10_000).then(() => undefined) : Promise.resolve();
  expect(await sync()).toMatchObject({ unsent: 0, delivered: records, resultCode: 'ok' });
  const second = secondOf();
  expect(arrived).toContainEqual([2, undefined]);
  expect(arrived).toContainEqual([second, second - 1]);
});

it('a batch that overtook the one before it goes again, and nothing fails', async () => {
  await captureAll();
  refuseOnce((first) => first > 2, 'batch_early');
  expect(await sync()).toMatchObject({ unsent: 0, delivered: records, resultCode: 'ok' });
  const second = secondOf();
  expect(arrived.filter(([first]) => first === second).slice(0, 2)).toEqual([
    [second, second - 1],
    [second, undefined],
  ]);
});

it('an answer counts for nothing while the one before it is missing, and everything arrives in the end', async () => {
  await captureAll();
  refuseOnce((first) => first === 2, 'not_ready');
  expect(await sync()).toMatchObject({ unsent: records - 1, delivered: 1, resultCode: 'not_ready' });
  expect(await sync()).toMatchObject({ unsent: 0, delivered: records, resultCode: 'ok' });
});

it('what came before a failure stays delivered', async () => {
  await captureAll();
  refuseOnce((first) => first > 2, 'not_ready');
  const status = await sync();
  expect(status).toMatchObject({ resultCode: 'not_ready' });
  expect(status.delivered).toBeGreaterThan(1);
  expect(status.unsent).toBe(records - status.delivered);
  expect(await sync()).toMatchObject({ unsent: 0, delivered: records });
});

it('found 21: a batch that is too large goes again in halves, and such a size is not tried again soon', async () => {
  await captureAll();
  const [limit, large] = [24 * 1024, new Set<number>()];
  let at = 0;
  sizeLimit = (bytes) => {
    at += 1;
    if (bytes > limit) large.add(at);
    return bytes > limit;
  };
  expect(await sync()).toMatchObject({ unsent: 0, delivered: records, resultCode: 'ok' });
  // Two are under way: of 64 KiB, of 32 KiB; behind one that failed the other is given up. After that, only what passes.
  expect(large.size).toBeGreaterThan(0);
  expect(Math.max(...large)).toBeLessThanOrEqual(6);
});

it('found 21: a record that the server refuses even alone is kept as refused, and the others go', async () => {
  await captureAll();
  // As a server would that cannot read something of record 50.
  refusesBatch = ({ records: batch }) =>
    batch.some((record) => sequenceOf(record) === 50) ? 'request_malformed' : undefined;
  expect(await sync()).toMatchObject({ unsent: 0, refused: 1, delivered: records - 1 });
});

it('found 21: a proxy that refuses even one record makes the kiosk wait, and nothing is given up', async () => {
  await captureAll();
  sizeLimit = () => true;
  const before = arrived.length;
  expect(await sync()).toMatchObject({ unsent: records, refused: 0, resultCode: 'body_too_large' });
  expect(refusedBySize).toBeLessThan(20);
  expect(arrived).toHaveLength(before);
});

it('found 20: a withdrawal goes ahead of its place, announced, and what it jumped over follows in order', async () => {
  const handlers = await captureAll();
  await handlers['capture:save'](withdrawalFor(enrolled.configuration, britishMobile(1)));
  await handlers['capture:save'](draftFor(enrolled.configuration, britishMobile(2)));
  expect(await sync()).toMatchObject({ unsent: 0, delivered: records + 2, resultCode: 'ok' });
  expect(aheads).toContainEqual([records + 1]);
  expect(arrived[0]).toEqual([records + 1, undefined]);
  // Each once: it is not sent again in its place.
  expect(sequencesArrived.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: records + 2 }, (_, index) => index + 1),
  );
});

it('found 20: a server from before withdrawals could go ahead gets them in their place', async () => {
  const handlers = await captureAll();
  await handlers['capture:save'](withdrawalFor(enrolled.configuration, britishMobile(1)));
  refusesBatch = ({ ahead }) => (ahead ? 'request_malformed' : undefined);
  expect(await sync()).toMatchObject({ unsent: 0, refused: 0, delivered: records + 1 });
});
