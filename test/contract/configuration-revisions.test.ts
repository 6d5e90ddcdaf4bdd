import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildApp } from '../../server/app.ts';
import { parseConfiguration } from '../../server/modules/configuration/loader.ts';
import { publishRevision } from '../../server/modules/configuration/revisions.ts';
import { SignedConfigurations } from '../../server/modules/configuration/signed.ts';
import { createLogger } from '../../server/platform/logging/logging.ts';
import { demoConfiguration } from '../server/test-server.ts';
import { OneKiosk } from './one-kiosk.ts';

vi.setConfig({ testTimeout: 30_000 });

let shop: OneKiosk;
const others: FastifyInstance[] = [];
beforeEach(async () => {
  shop = await OneKiosk.open();
});
afterEach(async () => {
  while (others.length > 0) await others.pop()?.close();
  await shop.close();
});

/** Another server on the same database, as one is started with this file. @returns its port. */
async function start(brand: string): Promise<number> {
  const { parts, db, keys } = shop.server;
  const demo = JSON.parse(readFileSync(demoConfiguration, 'utf8'));
  const source = parseConfiguration({ ...demo, brand: { ...demo.brand, name: brand } }, 'test');
  const configurations = new SignedConfigurations(source, keys.signing, null);
  await publishRevision(db, configurations.digest, new Date());
  const app = await buildApp({ ...parts, configurations }, createLogger('silent', null), {
    tls: null,
    behindProxy: false,
  });
  others.push(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

const brand = () => shop.configuration().brand.name;

/** What the kiosk shows after it has asked this server. */
async function shownAfter(port: number): Promise<string> {
  shop.line.port = port;
  expect(await shop.syncTwice()).toMatchObject({ unsent: 0, resultCode: 'ok', online: true });
  return brand();
}

it('kept 10: of two servers with two configurations the older one changes nothing back, and all else goes on', async () => {
  const before = await start('Before');
  shop.line.port = before;
  await shop.enrol();
  expect(brand()).toBe('Before');
  const after = await start('After');
  expect(await shownAfter(after)).toBe('After');
  await shop.capture(1);
  expect(await shownAfter(before)).toBe('After');
  expect(await shop.countRecords()).toBe(1);
  // Both agree by now, and one that is put back is a new one.
  const same = await start('After');
  expect(await shownAfter(same)).toBe('After');
  const putBack = await start('Before');
  expect(await shownAfter(after)).toBe('After');
  expect(await shownAfter(putBack)).toBe('Before');
  expect(await shownAfter(before), 'it says the same as the newest').toBe('Before');
  expect(await shownAfter(after)).toBe('Before');
});

it('kept 10: a restored server that knows of older configurations alone is believed, and nothing of before is', async () => {
  const before = await start('Before');
  shop.line.port = before;
  await shop.enrol();
  await shop.syncTwice();
  const { rows } = await shop.server.database.query('select last_value::text as n from server_sequence');
  const after = await start('After');
  expect(await shownAfter(after)).toBe('After');
  await shop.server.database.query(`select setval('server_sequence', ${rows[0].n})`);
  await shop.server.database.query(`delete from configuration_revisions where revision > ${rows[0].n}`);
  const epochs = async () => (await shop.server.database.query('select epoch from server_state')).rows;
  const ended = await epochs();
  expect(await shownAfter(await start('Before'))).toBe('Before');
  expect(await epochs()).not.toEqual(ended);
  await shop.capture(1);
  expect(await shownAfter(before)).toBe('Before');
  expect(await shop.countRecords()).toBe(1);
});
