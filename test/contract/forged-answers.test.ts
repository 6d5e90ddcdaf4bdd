import { generateKeyPairSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { signAnswer } from '../../protocol/answer-signature.ts';
import type { BatchAnswer, HeartbeatAnswer } from '../../shared/contracts/wire.ts';
import { OneKiosk } from './one-kiosk.ts';
import type { LineAnswer, LineRequest } from './shop-line.ts';

type Forger = (answer: LineAnswer, request: LineRequest) => LineAnswer;

vi.setConfig({ testTimeout: 30_000 });

let shop: OneKiosk;
beforeEach(async () => {
  shop = await OneKiosk.open();
  await shop.enrol();
});
afterEach(() => shop.close());

const changed = <T>(answer: LineAnswer, change: (content: T) => unknown): LineAnswer => ({
  ...answer,
  body: Buffer.from(JSON.stringify(change(JSON.parse(answer.body.toString('utf8')) as T))),
});

const problem = (answer: LineAnswer, status: number, code: string, headers = {}): LineAnswer => ({
  status,
  headers: { ...answer.headers, ...headers },
  body: Buffer.from(
    JSON.stringify({
      type: `/problems/${code}`,
      title: '',
      status,
      code,
      details: {},
      serverTime: '2020-01-01T00:00:00.000Z',
    }),
  ),
});

const rejectAll = (answer: LineAnswer): LineAnswer =>
  changed<BatchAnswer>(answer, ({ answers }) => ({
    answers: answers.map(({ sequence }) => ({ sequence, outcome: 'rejected', code: 'signature_invalid' })),
    countersignatures: [],
    missing: [],
  }));

/** Of an earlier exchange, whole, with the server's own signature. */
function replaying(): Forger {
  const first = new Map<string, LineAnswer>();
  return (answer, { path }) => {
    const earlier = first.get(path);
    if (earlier === undefined) first.set(path, answer);
    return earlier ?? answer;
  };
}

/** One answer late: each request gets what the one before it got. */
function swapping(): Forger {
  let last: LineAnswer | null = null;
  return (answer) => {
    const given = last ?? answer;
    last = answer;
    return given;
  };
}

const forgers: [string, () => Forger][] = [
  [
    'says of every record that it is rejected',
    () =>
      (answer, { path }) =>
        path === '/v1/records' ? rejectAll(answer) : answer,
  ],
  [
    'says so with the signature taken away',
    () =>
      (answer, { path }) => {
        const { signature: _, 'signature-input': __, ...headers } = answer.headers;
        return path === '/v1/records' ? rejectAll({ ...answer, headers }) : answer;
      },
  ],
  [
    'changes the epoch in each answer',
    () =>
      (answer, { path }) =>
        path === '/v1/heartbeats'
          ? changed<HeartbeatAnswer>(answer, (heartbeat) => ({
              ...heartbeat,
              countersignature: { ...heartbeat.countersignature, epoch: crypto.randomUUID() },
            }))
          : answer,
  ],
  ['switches the kiosk off', () => (answer) => problem(answer, 403, 'kiosk_revoked')],
  ['calls the kiosk unknown', () => (answer) => problem(answer, 401, 'kiosk_unknown')],
  ['refuses each batch as malformed', () => (answer) => problem(answer, 400, 'request_malformed')],
  ['sets the clock back by years', () => (answer) => problem(answer, 401, 'request_stale')],
  ['answers with another status', () => (answer) => ({ ...answer, status: 403 })],
  [
    'names another version',
    () => (answer) => ({ ...answer, headers: { ...answer.headers, 'countersign-version': '9.9.9' } }),
  ],
  ['replays the first answers', replaying],
  ['gives each request the answer of the one before', swapping],
];

it.each(forgers)('kept 4: who knows no key and %s, decides nothing', async (_, forger) => {
  await shop.capture(0);
  await shop.syncTwice();
  const before = shop.bodiesKept();
  shop.line.forge = forger();
  for (let index = 1; index <= 6; index++) await shop.capture(index);
  const asked = shop.line.paths.length;
  for (const _ of [1, 2, 3, 4, 5]) await shop.sync();
  const status = await shop.sync();
  expect(status.refused, 'nothing is set aside').toBe(0);
  expect(shop.bodiesKept(), 'nothing is let go of, nothing forgotten').toEqual([...before, 2, 3, 4, 5, 6, 7]);
  expect(status.delivered, 'delivery notes stand').toBeGreaterThanOrEqual(1);
  expect(shop.kiosk.state().state).toBe('ready');
  expect(shop.line.paths.length - asked, 'requests').toBeLessThan(60);
  shop.line.forge = null;
  expect(await shop.syncTwice()).toMatchObject({ unsent: 0, refused: 0, delivered: 7, resultCode: 'ok' });
  expect(await shop.countRecords()).toBe(7);
});

it('kept 4: an answer that another key signed, with everything else right, is no answer', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { id } = shop.server.parts.keys.signing;
  await shop.capture(0);
  shop.line.forge = async (answer, request) => {
    if (request.path !== '/v1/records') return answer;
    const { status, body } = rejectAll(answer);
    const own = { 'countersign-version': '0.1.0' };
    const asked = {
      method: 'POST',
      url: `${shop.line.url}${request.path}`,
      headers: request.headers as Record<string, string>,
    };
    const signed = await signAnswer({ status, headers: own, body }, asked, 'verified', { id, privateKey }, new Date());
    return { status, headers: { ...own, ...signed }, body };
  };
  expect(await shop.syncTwice()).toMatchObject({ unsent: 1, refused: 0, resultCode: 'untrusted_answer' });
});

it('kept 4: whoever sends the head of a kiosk with another body gets no refusal that counts', async () => {
  await shop.capture(0);
  const heads: IncomingHttpHeaders[] = [];
  shop.line.forge = async (_answer, { path, headers }) => {
    heads.push(headers);
    const { 'content-length': _, ...kept } = headers as Record<string, string>;
    const reply = await shop.server.app.inject({
      method: 'POST',
      url: path,
      headers: kept,
      payload: Buffer.alloc(5 * 1024 * 1024, 0x20),
    });
    return { status: reply.statusCode, headers: reply.headers as IncomingHttpHeaders, body: reply.rawPayload };
  };
  const status = await shop.syncTwice();
  expect(heads.length).toBeGreaterThan(0);
  expect(status).toMatchObject({ unsent: 1, refused: 0 });
  shop.line.forge = null;
  expect(await shop.syncTwice()).toMatchObject({ unsent: 0, delivered: 1, resultCode: 'ok' });
});
