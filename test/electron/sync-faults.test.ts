import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { KioskApplication } from '../../electron/application.ts';
import { parseServerUrl } from '../../electron/server-client/server-url.ts';
import { backoffMilliseconds } from '../../electron/sync/backoff.ts';
import { enrolledFolder, managerPin } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication } from '../support/kiosk.ts';

let server: Server;
let application: KioskApplication;
afterEach(async () => {
  await application.close();
  server.closeAllConnections();
  server.close();
});

/** A kiosk with one record, in front of something that is not our server. Answers the manager's view after a sync attempt. */
async function syncAgainst(listener: RequestListener, tls?: { cert: string; key: string }) {
  server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const enrolled = await enrolledFolder(`http${tls === undefined ? '' : 's'}://127.0.0.1:${port}`);
  application = openApplication(enrolled.folder);
  const handlers = application.handlers();
  await handlers['capture:save'](draftFor(enrolled.configuration, britishMobile(1)));
  await handlers['manager:unlock']({ pin: managerPin });
  return handlers['manager:sync']();
}

describe('fault 35: what stands between kiosk and server never counts as delivered', () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
  const portals: Record<string, RequestListener> = {
    'a captive portal (200 with HTML)': (_req, res) =>
      res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
    'a redirect': (_req, res) => res.writeHead(302, { location: 'http://127.0.0.1/login' }).end(),
    'an empty JSON object': (_req, res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    'a batch answer without a countersignature': (_req, res) =>
      res.writeHead(200).end(
        JSON.stringify({
          answers: [{ sequence: 1, outcome: 'countersigned' }],
          countersignatures: [],
          missing: [],
        }),
      ),
    'no content': (_req, res) => res.writeHead(204).end(),
    'a compression bomb': (_req, res) =>
      res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
    'an answer that comes byte by byte': (_req, res) => {
      const left = [...JSON.stringify({ answers: [], countersignatures: [], missing: [] })];
      res.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => (left.length > 0 ? res.write(left.shift()) : res.end()), 5);
      res.on('close', () => clearInterval(drip));
    },
  };
  for (const [name, listener] of Object.entries(portals)) {
    it(name, async () => {
      expect(await syncAgainst(listener)).toMatchObject({
        unsent: 1,
        delivered: 0,
        online: false,
        resultCode: 'untrusted_answer',
      });
    });
  }

  it('a certificate that nobody vouches for: the request is not even sent', async () => {
    const certificate = (file: string) =>
      readFileSync(join(import.meta.dirname, '../support/certificates', file), 'utf8');
    let asked = 0;
    const listener: RequestListener = (_req, res) => {
      asked += 1;
      res.writeHead(200).end('{}');
    };
    const tls = { cert: certificate('localhost.pem'), key: certificate('localhost.key') };
    const status = await syncAgainst(listener, tls);
    expect(status).toMatchObject({ unsent: 1, delivered: 0, online: false, resultCode: 'unreachable' });
    expect(asked).toBe(0);
  });

  it('an answer cut off in the middle', async () => {
    const status = await syncAgainst((_req, res) => {
      res.writeHead(200, { 'content-length': '1000' }).write('{"epoch":');
      setTimeout(() => res.destroy(), 20);
    });
    expect(status).toMatchObject({ unsent: 1, delivered: 0, online: false, resultCode: 'unreachable' });
  });

  it('an answer without end', async () => {
    const status = await syncAgainst((_req, res) => {
      const flood = setInterval(() => res.write('x'.repeat(200_000)), 1);
      res.on('close', () => clearInterval(flood));
    });
    expect(status).toMatchObject({ unsent: 1, delivered: 0, resultCode: 'answer_too_large' });
  });
});

describe('pauses', () => {
  it('are random up to a ceiling that doubles to half a minute, on top of what the server asked for', () => {
    expect([1, 2, 3, 6, 20].map((failures) => backoffMilliseconds(failures, 0, 1))).toEqual([
      1000, 2000, 4000, 30_000, 30_000,
    ]);
    expect(backoffMilliseconds(3, 0, 0)).toBe(0);
    expect(backoffMilliseconds(1, 120, 0)).toBe(120_000);
    expect(backoffMilliseconds(1, 120, 0.5)).toBe(120_500);
  });
});

describe('the server address', () => {
  it('needs TLS beyond this machine', () => {
    expect(parseServerUrl('https://hq.example/countersign/')).toBe('https://hq.example/countersign');
    expect(parseServerUrl('http://127.0.0.1:4810')).toBe('http://127.0.0.1:4810');
    for (const insecure of [
      'http://hq.example',
      'http://127.0.0.1.evil.example',
      'ftp://localhost',
      'http://localhost.evil.example',
    ]) {
      expect(() => parseServerUrl(insecure)).toThrow(expect.objectContaining({ code: 'server_url_insecure' }));
    }
    expect(() => parseServerUrl('https://user:pw@hq.example')).toThrow(
      expect.objectContaining({ code: 'server_url_malformed' }),
    );
  });
});
