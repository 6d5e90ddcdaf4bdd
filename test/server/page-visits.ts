import { randomBytes } from 'node:crypto';
import { toText } from '../../protocol/bytes.ts';
import { hashToken } from '../../server/platform/keys/tokens.ts';
import type { GivenBody } from '../../shared/record/body.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, type TestServer } from './test-server.ts';

interface Captured {
  number: string;
  /** Of the receipt. */
  token: string;
  /** Of the link in a text. */
  link: string;
  body: GivenBody;
}

/** What customers do on a kiosk and then on the pages of a server that the tests start. */
export function pageVisits(at: () => { server: TestServer; kiosk: SimulatedKiosk }) {
  let used = 0;
  const someone = (): string => mobile(1_000 * (used++ % 90) + Math.floor(used / 90));

  async function capture(number = someone(), change: Partial<GivenBody> = {}): Promise<Captured> {
    const { server, kiosk } = at();
    const body = { ...kiosk.body(number), ...change };
    await kiosk.deliver([await kiosk.record(body)]);
    await server.openingWorker.settled();
    const link = toText(randomBytes(16));
    await server.database.query('update verifications set link_hash = $1 where chain_hash = $2', [
      hashToken(link),
      kiosk.previousChainHash,
    ]);
    return { number, token: body.manageToken, link, body };
  }

  async function confirmedCapture(number?: string): Promise<Captured> {
    const { server, kiosk } = at();
    const captured = await capture(number);
    await server.database.query(
      "update verifications set confirmed_at = now(), confirmed_sequence = nextval('server_sequence') where chain_hash = $1",
      [kiosk.previousChainHash],
    );
    return captured;
  }

  const page = async (token: string, headers: Record<string, string> = {}) =>
    await at().server.app.inject({ url: `/m/${token}`, headers });
  const press = async (token: string, what: 'withdraw' | 'confirm', payload = '') =>
    await at().server.app.inject({
      method: 'POST',
      url: `/m/${token}/${what}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload,
    });
  const textsTo = (number: string) => at().server.outbox.messages.filter(({ to }) => to === number);
  const lookup = (number: string) => at().server.lookUp(number);

  return { someone, capture, confirmedCapture, page, press, textsTo, lookup };
}
