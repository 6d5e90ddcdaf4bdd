import { callHttp } from '../../../electron/server-client/http-client.ts';
import { packBatch } from '../../../protocol/batch.ts';
import { type SealedRecord, toWire } from '../../../protocol/record.ts';
import { britishMobile } from '../../support/kiosk.ts';
import { type Reply, type Send, SimulatedKiosk } from '../../support/simulated-kiosk.ts';
import type { CentralServer } from './central-server.ts';

/** A kiosk that speaks the real protocol, and one batch of records it has sealed, packed to be sent. */
export interface LoadedKiosk {
  kiosk: SimulatedKiosk;
  records: SealedRecord[];
  body: Uint8Array;
}

/** The kiosk's own client: it costs less than fetch, which the two cores would have to give as well. */
export const sendAsKiosk: Send = async ({ method, url, headers, body }) => {
  const answer = await callHttp({ method, url: new URL(url), headers, body, silenceMilliseconds: 60_000 });
  const received = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return { status: answer.status, headers: Object.fromEntries(received), text: answer.body };
};

/** Enrols kiosks and lets each make one batch. Every number belongs to one record. */
export async function loadFleet(central: CentralServer, kiosks: number, recordsEach: number): Promise<LoadedKiosk[]> {
  const fleet: LoadedKiosk[] = [];
  for (let index = 0; index < kiosks; index++) {
    const code = await central.server.createEnrolmentCode('leeds-01');
    const kiosk = await SimulatedKiosk.enrol(central.server.url, code, sendAsKiosk);
    const numbers = Array.from({ length: recordsEach }, (_, at) => britishMobile((index * recordsEach + at) % 100_000));
    const records = await kiosk.records(numbers);
    fleet.push({ kiosk, records, body: packBatch(records.map(toWire)) });
  }
  return fleet;
}

/** Signs and sends the batch; the signature is new each time, the records are not. */
export const deliver = ({ kiosk, body }: LoadedKiosk): Promise<Reply> => kiosk.sendPacked(body);

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
