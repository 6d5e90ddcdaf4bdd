import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { KioskApplication } from '../../electron/application.ts';
import { unpackBatch } from '../../protocol/batch.ts';
import { chainHash } from '../../protocol/chain.ts';
import { countersign } from '../../protocol/countersignature.ts';
import { importPrivateKey, keyId } from '../../protocol/signing.ts';
import { type Batch, type BatchAnswer, batchSchema, requestRefusals } from '../../shared/contracts/wire.ts';
import { type EnrolledFolder, enrolledFolder, epoch, kioskId, managerPin } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication } from '../support/kiosk.ts';

/** One to see whether the server is back, then a full batch, then one more. */
const records = 502;

let server: Server;
let enrolled: EnrolledFolder;
let application: KioskApplication;
/** Of each batch as it came: its first sequence number, and the one that it says it follows. */
let arrived: [first: number, follows: number | undefined][];
let stored: number;
/** What the answer to the batch that begins with this record waits for. */
let waits: (first: number) => Promise<void>;
let refusal: (first: number) => keyof typeof requestRefusals | undefined;

beforeEach(async () => {
  arrived = [];
  stored = 0;
  waits = async () => undefined;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url !== '/v1/records') return response.writeHead(304).end();
      const batch = batchSchema.parse(unpackBatch(Buffer.concat(chunks)));
      const first = sequenceOf(batch.records[0]);
      const code = refusal(first) ?? (stored < (batch.follows ?? 0) ? 'batch_early' : undefined);
      arrived.push([first, batch.follows]);
      if (code === undefined) {
        const answer = JSON.stringify(accept(batch));
        return void waits(first).then(() => response.end(answer));
      }
      const problem = { code, details: {}, serverTime: '2026-11-21T09:00:00.000Z' };
      return response.writeHead(requestRefusals[code]).end(JSON.stringify(problem));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  enrolled = await enrolledFolder(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await application.close();
  server.closeAllConnections();
  server.close();
});

const sequenceOf = (record: Batch['records'][number] | undefined): number =>
  (JSON.parse(record?.header ?? '{}') as { sequence: number }).sequence;

function accept({ records: batch }: Batch): BatchAnswer {
  const last = batch.at(-1);
  if (last === undefined) throw new Error('an empty batch');
  stored = sequenceOf(last);
  const serverTime = new Date().toISOString();
  const statement = {
    version: 1 as const,
    kioskId,
    sequence: stored,
    chainHash: chainHash(last.header, last.bodyHash),
    serverTime,
    epoch,
    signingKeyId: keyId(enrolled.serverKey.publicKey),
  };
  return {
    epoch,
    serverTime,
    answers: batch.map((record) => ({ sequence: sequenceOf(record), outcome: 'countersigned' })),
    countersignatures: [countersign(statement, importPrivateKey(enrolled.serverKey.privateKey))],
    missing: [],
  };
}

/** Captures while every batch is refused. */
async function captureAll() {
  refusal = () => 'not_ready';
  application = openApplication(enrolled.folder);
  const handlers = application.handlers();
  for (let index = 0; index < records; index++) {
    await handlers['capture:save'](draftFor(enrolled.configuration, britishMobile(index)));
  }
  await handlers['manager:unlock']({ pin: managerPin });
  await handlers['manager:sync']();
  arrived = [];
  return handlers;
}

const hasArrived = (first: number): boolean => arrived.some(([each]) => each === first);

/** Refuses the batch that begins with this record the first time. */
function refuseOnce(refused: number, code: keyof typeof requestRefusals): void {
  refusal = (first) => {
    return first === refused && !hasArrived(refused) ? code : undefined;
  };
}

it('the second batch goes before the first is answered, and says which one it follows', async () => {
  const handlers = await captureAll();
  refusal = () => undefined;
  // Over two connections, so it may even come first; then it goes again, as the next test says.
  waits = (first) =>
    first === 2 ? vi.waitUntil(() => hasArrived(502), 10_000).then(() => undefined) : Promise.resolve();
  expect(await handlers['manager:sync']()).toMatchObject({ unsent: 0, delivered: records, resultCode: 'ok' });
  expect(arrived[0]).toEqual([1, undefined]);
  expect(arrived).toContainEqual([2, undefined]);
  expect(arrived).toContainEqual([502, 501]);
});

it('a batch that overtook the one before it goes again, and nothing fails', async () => {
  const handlers = await captureAll();
  refuseOnce(502, 'batch_early');
  expect(await handlers['manager:sync']()).toMatchObject({ unsent: 0, delivered: records, resultCode: 'ok' });
  expect(arrived.filter(([first]) => first === 502)).toEqual([
    [502, 501],
    [502, undefined],
  ]);
});

it('an answer counts for nothing while the one before it is missing, and everything arrives in the end', async () => {
  const handlers = await captureAll();
  refuseOnce(2, 'not_ready');
  expect(await handlers['manager:sync']()).toMatchObject({
    unsent: records - 1,
    delivered: 1,
    resultCode: 'not_ready',
  });
  expect(await handlers['manager:sync']()).toMatchObject({ unsent: 0, delivered: records, resultCode: 'ok' });
});

it('what came before a failure stays delivered', async () => {
  const handlers = await captureAll();
  refuseOnce(502, 'not_ready');
  expect(await handlers['manager:sync']()).toMatchObject({
    unsent: 1,
    delivered: records - 1,
    resultCode: 'not_ready',
  });
  expect(await handlers['manager:sync']()).toMatchObject({ unsent: 0, delivered: records });
});
