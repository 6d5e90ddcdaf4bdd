import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { callHttp } from '../../electron/server-client/http-client.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function call(silenceMilliseconds: number, listener: RequestListener) {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return callHttp({ method: 'POST', url, headers: {}, body: Buffer.alloc(10), silenceMilliseconds });
}

it('found 20: an exchange that takes longer than any silence in it is no failure', async () => {
  const answer = await call(1_000, async (_request, response) => {
    response.writeHead(200, { 'content-length': '6' });
    for (const letter of 'slowly') {
      await delay(400);
      response.write(letter);
    }
    response.end();
  });
  expect(answer.body).toBe('slowly');
});

it('found 20: silence is, whether it comes before the answer or in it, and the line was there', async () => {
  const cutOff = { code: 'unreachable', details: { cause: 'ETIMEDOUT', cutOff: true } };
  await expect(call(200, () => undefined)).rejects.toMatchObject(cutOff);
  server.closeAllConnections();
  server.close();
  await expect(
    call(200, (_request, response) => void response.writeHead(200, { 'content-length': '6' }).write('slow')),
  ).rejects.toMatchObject({ code: 'unreachable', details: { cutOff: true } });
});

it('where nobody listens nothing was cut off', async () => {
  server = createServer();
  const url = new URL('http://127.0.0.1:9');
  await expect(callHttp({ method: 'GET', url, headers: {}, silenceMilliseconds: 1_000 })).rejects.toMatchObject({
    code: 'unreachable',
    details: { cutOff: false },
  });
});
