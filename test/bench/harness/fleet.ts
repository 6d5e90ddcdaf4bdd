import { gzipSync } from 'node:zlib';
import { type SealedRecord, toWire } from '../../../protocol/record.ts';
import { britishMobile } from '../../support/kiosk.ts';
import { type Reply, SimulatedKiosk } from '../../support/simulated-kiosk.ts';
import type { CentralServer } from './central-server.ts';

/** A kiosk that speaks the real protocol, and one batch of records it has sealed, packed to be sent. */
export interface LoadedKiosk {
  kiosk: SimulatedKiosk;
  records: SealedRecord[];
  body: Uint8Array;
}

/** Enrols kiosks and lets each make one batch. Every number belongs to one record. */
export async function loadFleet(central: CentralServer, kiosks: number, recordsEach: number): Promise<LoadedKiosk[]> {
  const fleet: LoadedKiosk[] = [];
  for (let index = 0; index < kiosks; index++) {
    const code = await central.server.createEnrolmentCode('leeds-01');
    const kiosk = await SimulatedKiosk.enrol(central.server.url, code);
    const numbers = Array.from({ length: recordsEach }, (_, at) => britishMobile((index * recordsEach + at) % 100_000));
    const records = await kiosk.records(numbers);
    fleet.push({ kiosk, records, body: pack(records) });
  }
  return fleet;
}

const pack = (records: SealedRecord[]): Uint8Array =>
  gzipSync(JSON.stringify({ version: 1, records: records.map(toWire) }), { level: 1 });

/** Signs and sends the batch; the signature is new each time, the records are not. */
export const deliver = ({ kiosk, body }: LoadedKiosk): Promise<Reply> =>
  kiosk.request('POST', '/v1/records', body, { 'content-encoding': 'gzip' });

/** Lets `width` workers take the items one by one. */
export async function inParallel<Item>(
  items: Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
