import { Agent } from 'node:http';
import { packBatch } from '../../../protocol/batch.ts';
import { toWire } from '../../../protocol/record.ts';
import { britishMobile } from '../../support/kiosk.ts';
import { type Exchange, SimulatedKiosk } from '../../support/simulated-kiosk.ts';
import { answerParent } from '../harness/child.ts';
import { exchangeOn } from '../harness/exchange.ts';
import { inParallel } from '../harness/fleet.ts';

/** As many as the server lets a kiosk have under way. */
const atOnce = 8;

const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
let exchanges: Exchange[] = [];

/** One record over and over, each time signed anew. */
async function prepare({ url, code, requests }: { url: string; code: string; requests: number }): Promise<void> {
  const kiosk = await SimulatedKiosk.enrol(url, code, (exchange) => exchangeOn(agent, exchange));
  const body = packBatch((await kiosk.records([britishMobile(99_999)])).map(toWire));
  exchanges = [];
  for (let made = 0; made < requests; made++) exchanges.push(await kiosk.signedBatch(body));
}

/** @returns how many were answered with each status. */
async function flood(): Promise<Record<number, number>> {
  const answered: Record<number, number> = {};
  await inParallel(exchanges, atOnce, async (exchange) => {
    const { status } = await exchangeOn(agent, exchange);
    answered[status] = (answered[status] ?? 0) + 1;
  });
  return answered;
}

answerParent({ prepare, flood }, async () => agent.destroy());
