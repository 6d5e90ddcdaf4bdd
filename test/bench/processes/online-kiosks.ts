import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { packBatch } from '../../../protocol/batch.ts';
import { toWire } from '../../../protocol/record.ts';
import { britishMobile } from '../../support/kiosk.ts';
import { type Exchange, SimulatedKiosk } from '../../support/simulated-kiosk.ts';
import { answerParent } from '../harness/child.ts';
import { exchangeOn } from '../harness/exchange.ts';
import { timed } from '../harness/interleave.ts';

/** A kiosk that is always connected, and its records, each packed as a request of its own. */
interface OnlineKiosk {
  kiosk: SimulatedKiosk;
  /** One connection, kept open. */
  agent: Agent;
  packed: Uint8Array[];
  bare: Uint8Array[];
}

let kiosks: OnlineKiosk[] = [];

async function prepare({ url, codes, each }: { url: string; codes: string[]; each: number }): Promise<void> {
  const numbers = Array.from({ length: codes.length * each }, (_, index) => britishMobile(index % 100_000));
  for (const code of codes) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const kiosk = await SimulatedKiosk.enrol(url, code, (exchange) => exchangeOn(agent, exchange));
    const records = await kiosk.records(numbers.splice(0, each));
    const packed = records.map((record) => packBatch([toWire(record)]));
    const bare = records.map(({ header, bodyHash, sealed, signature }) =>
      Buffer.from(JSON.stringify({ header, bodyHash, sealed: Buffer.from(sealed).toString('base64'), signature })),
    );
    kiosks.push({ kiosk, agent, packed, bare });
  }
}

export interface Sent {
  /** Until the last answer was here. */
  milliseconds: number;
  /** Of each request. */
  latencies: number[];
}

/**
 * Signed before the clock starts: in a shop, another machine does that.
 * @param pause milliseconds between an answer and the kiosk's next record.
 */
async function sendSigned({ pause }: { pause: number }): Promise<Sent> {
  const signed = [];
  for (const { kiosk, agent, packed } of kiosks) {
    const exchanges: Exchange[] = [];
    for (const body of packed) exchanges.push(await kiosk.signedBatch(body));
    signed.push({ agent, exchanges });
  }
  return await send(signed, pause);
}

/** The same bytes with nothing around them, for the floor. */
async function sendBare({ url }: { url: string }): Promise<Sent> {
  const headers = { 'content-type': 'application/json' };
  return await send(
    kiosks.map(({ bare }) => ({
      agent: new Agent({ keepAlive: true, maxSockets: 1 }),
      exchanges: bare.map((body): Exchange => ({ method: 'POST', url, headers, body })),
    })),
  );
}

/** Each kiosk sends its next record when the one before is answered. */
async function send(all: { agent: Agent; exchanges: Exchange[] }[], pause = 0): Promise<Sent> {
  const latencies: number[] = [];
  const milliseconds = await timed(() =>
    Promise.all(
      all.map(async ({ agent, exchanges }) => {
        for (const exchange of exchanges) {
          const started = performance.now();
          const { status, text } = await exchangeOn(agent, exchange);
          if (status !== 200) throw new Error(`${status} ${text}`);
          latencies.push(performance.now() - started);
          if (pause > 0) await delay(pause);
        }
      }),
    ),
  );
  return { milliseconds, latencies };
}

answerParent({ prepare, sendSigned, sendBare }, async () => {
  for (const { agent } of kiosks) agent.destroy();
  kiosks = [];
});
