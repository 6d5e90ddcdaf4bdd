import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KioskApplication } from '../../electron/application.ts';
import { chainHash } from '../../protocol/chain.ts';
import { countersign } from '../../protocol/countersignature.ts';
import { importPrivateKey, keyId } from '../../protocol/signing.ts';
import type { Batch, BatchAnswer } from '../../shared/contracts/wire.ts';
import { type EnrolledFolder, enrolledFolder, epoch, kioskId, managerPin } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication } from '../support/kiosk.ts';

const records = 501;
const refusal = JSON.stringify({ code: 'not_ready', details: {}, serverTime: '2026-11-21T09:00:00.000Z' });

let server: Server;
let enrolled: EnrolledFolder;
let application: KioskApplication;
/** First sequence number of each batch, as they came; and how to treat one. */
let arrived: number[];
let refuses: (first: number, earlier: number[]) => boolean;

beforeEach(async () => {
  arrived = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url !== '/v1/records') return response.writeHead(304).end();
      const batch = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as Batch;
      const first = sequenceOf(batch.records[0]);
      const refused = refuses(first, arrived);
      arrived.push(first);
      return refused ? response.writeHead(503).end(refusal) : response.end(JSON.stringify(accept(batch)));
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
  const serverTime = new Date().toISOString();
  const statement = {
    version: 1 as const,
    kioskId,
    sequence: sequenceOf(last),
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

/** Captures while every batch is refused, then lets the manager send. */
async function captureAll() {
  refuses = () => true;
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

it('an answer counts for nothing while the one before it is missing, and everything arrives in the end', async () => {
  const handlers = await captureAll();
  refuses = (first, earlier) => first === 1 && !earlier.includes(1);
  const failed = await handlers['manager:sync']();
  expect(failed).toMatchObject({ unsent: records, delivered: 0, resultCode: 'not_ready' });
  const sent = await handlers['manager:sync']();
  expect(sent).toMatchObject({ unsent: 0, delivered: records, resultCode: 'ok' });
  expect(arrived).toEqual([1, 501, 1, 501]);
});

it('what came before a failure stays delivered', async () => {
  const handlers = await captureAll();
  refuses = (first, earlier) => first === 501 && !earlier.includes(501);
  expect(await handlers['manager:sync']()).toMatchObject({ unsent: 1, delivered: 500, resultCode: 'not_ready' });
  expect(await handlers['manager:sync']()).toMatchObject({ unsent: 0, delivered: records });
  expect(arrived).toEqual([1, 501, 501]);
});
