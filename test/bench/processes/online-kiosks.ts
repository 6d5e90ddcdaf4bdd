import { Agent, request } from 'node:http';
import { packBatch } from '../../../protocol/batch.ts';
import { toWire } from '../../../protocol/record.ts';
import { britishMobile } from '../../support/kiosk.ts';
import { type Exchange, type Reply, SimulatedKiosk } from '../../support/simulated-kiosk.ts';
import { answerParent } from '../harness/child.ts';
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

/** Signed before the clock starts: in a shop, another machine does that. */
async function sendSigned(): Promise<Sent> {
  const signed = [];
  for (const { kiosk, agent, packed } of kiosks) {
    const exchanges: Exchange[] = [];
    for (const body of packed) exchanges.push(await kiosk.signedBatch(body));
    signed.push({ agent, exchanges });
  }
  return await send(signed);
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
async function send(all: { agent: Agent; exchanges: Exchange[] }[]): Promise<Sent> {
  const latencies: number[] = [];
  const milliseconds = await timed(() =>
    Promise.all(
      all.map(async ({ agent, exchanges }) => {
        for (const exchange of exchanges) {
          const started = performance.now();
          const { status, text } = await exchangeOn(agent, exchange);
          if (status !== 200) throw new Error(`${status} ${text}`);
          latencies.push(performance.now() - started);
        }
      }),
    ),
  );
  return { milliseconds, latencies };
}

/** Without the kiosk's limits on time and size, which would be paid for out of the same two cores. */
function exchangeOn(agent: Agent, { method, url, headers, body }: Exchange): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers: { ...headers, 'content-length': body.length } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers as Reply['headers'], text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

answerParent({ prepare, sendSigned, sendBare }, async () => {
  for (const { agent } of kiosks) agent.destroy();
  kiosks = [];
});
