import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identitySchema } from '../../electron/store/documents.ts';
import { genesisHash } from '../../protocol/chain.ts';
import { countersign } from '../../protocol/countersignature.ts';
import { signRequest } from '../../protocol/request-signature.ts';
import { generateSigningKey, importPrivateKey } from '../../protocol/signing.ts';
import { skipAhead } from '../../server/platform/database/server-sequence.ts';
import type { Readoption } from '../../shared/contracts/wire.ts';
import { OneKiosk } from './one-kiosk.ts';

let shop: OneKiosk;
let counterBefore: string;
beforeEach(async () => {
  shop = await OneKiosk.open();
  const { rows } = await shop.server.database.query('select last_value from server_sequence');
  counterBefore = rows[0].last_value;
  await shop.enrol();
  for (const index of [1, 2]) await shop.capture(index);
  await shop.syncTwice();
  await shop.server.openingWorker.settled();
});
afterEach(() => shop.close());

const query = async (text: string) => (await shop.server.database.query(text)).rows;

/** As a backup of before the enrolment, put back: nothing of the kiosk is here, and the counter goes on from the old number. */
async function restore(): Promise<void> {
  const tables = await query(
    `select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where column_name = 'kiosk_id' and table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const names = [...tables.map(({ name }) => name), 'kiosks'].join(', ');
  // Without the triggers that keep what is only appended.
  await query(`set local session_replication_role = replica; truncate ${names} cascade`);
  await query(`select setval('server_sequence', ${counterBefore})`);
  await skipAhead(shop.server.db);
}

const epoch = async () => (await query('select epoch from server_state'))[0].epoch;

describe('kept 12: a kiosk that was enrolled after the backup', () => {
  it('is held until head office takes it back, keeps everything, and delivers it all by itself', async () => {
    const [before] = await shop.fleet();
    const epochBefore = await epoch();
    await restore();
    expect(await shop.fleet()).toEqual([]);
    await shop.capture(3);
    expect(await shop.syncTwice()).toMatchObject({ resultCode: 'kiosk_revoked', unsent: 1 });
    expect(await epoch()).not.toBe(epochBefore);
    expect(await shop.countRecords()).toBe(0);
    const [held] = await shop.fleet();
    expect(held).toMatchObject({ id: before?.id, storeId: 'leeds-01', revokedAt: expect.any(String) });
    const codes = async () => (await shop.server.alarms()).map(({ code }) => code).sort();
    expect(await codes()).toEqual(['kiosk_readopted', 'revoked_kiosk_in_use']);
    expect(shop.bodiesKept()).toEqual([1, 2, 3]);

    await shop.server.admin('POST', `/v1/kiosks/${held?.id}/reinstatement`);
    expect(await shop.syncTwice()).toMatchObject({ resultCode: 'ok', unsent: 0, delivered: 3 });
    expect(await shop.countRecords()).toBe(3);
    expect(await codes()).toEqual([]);
    expect(shop.kiosk.state().state).toBe('ready');
  });

  it('makes every other kiosk send again, although it is the only one that saw the newer numbers', async () => {
    const epochBefore = await epoch();
    await restore();
    // The counter has passed what the kiosk saw: that it is not here is evidence enough.
    await query(`select setval('server_sequence', (select last_value + 1000000 from server_sequence))`);
    await query('delete from left_out_sequences');
    await shop.sync();
    expect(await epoch()).not.toBe(epochBefore);
  });

  it('that was idle and revoked on its own side asks as well', async () => {
    const [kiosk] = await shop.fleet();
    await shop.server.admin('POST', `/v1/kiosks/${kiosk?.id}/revoke`);
    await shop.syncTwice();
    await restore();
    expect(await shop.syncTwice()).toMatchObject({ resultCode: 'kiosk_revoked' });
    expect(shop.kiosk.state().state).toBe('stopped');
    expect((await shop.fleet()).map(({ revokedAt }) => typeof revokedAt)).toEqual(['string']);
  });
});

describe('kept 12: nobody else is taken in', () => {
  const ownIdentity = async () => {
    let document = '';
    await shop.reopenWithFile((path) => {
      const database = new SqliteDatabase(path, { readonly: true });
      document = String(database.prepare("SELECT document FROM documents WHERE name = 'identity'").pluck().get());
      database.close();
    });
    return identitySchema.parse(JSON.parse(document));
  };

  async function ask(kioskId: string, privateKey: string, readoption: Readoption, sent = readoption): Promise<number> {
    const url = `${shop.line.url}/v1/readoptions`;
    const body = Buffer.from(JSON.stringify(readoption));
    const headers = { 'content-type': 'application/json' };
    const key = importPrivateKey(privateKey);
    const signed = await signRequest({ method: 'POST', url, headers, body }, kioskId, key, new Date());
    return (await fetch(url, { method: 'POST', headers: signed, body: JSON.stringify(sent) })).status;
  }

  it('with another key, another id, a countersignature that was altered or that somebody else signed, or another body', async () => {
    const identity = await ownIdentity();
    await restore();
    const { kioskId, devicePrivateKey, devicePublicKey, enrolment } = identity;
    const own = { devicePublicKey, applicationVersion: '1', storeId: 'leeds-01', enrolment, countersignature: null };
    const thief = generateSigningKey();
    const otherId = '00000000-0000-4000-8000-000000000001';
    const forged = (statement: object) => {
      const { signature: _, ...rest } = { ...enrolment, ...statement };
      return { ...own, enrolment: countersign(rest, importPrivateKey(thief.privateKey)) };
    };
    const withHisKey = { ...own, devicePublicKey: thief.publicKey };
    const fits = { chainHash: genesisHash(kioskId, thief.publicKey) };
    const refused = [
      await ask(kioskId, thief.privateKey, own),
      await ask(kioskId, thief.privateKey, withHisKey),
      await ask(kioskId, thief.privateKey, { ...forged(fits), devicePublicKey: thief.publicKey }),
      await ask(otherId, devicePrivateKey, own),
      await ask(kioskId, devicePrivateKey, forged({})),
      await ask(kioskId, devicePrivateKey, { ...own, enrolment: { ...enrolment, sequence: 1 } }),
      await ask(kioskId, devicePrivateKey, own, { ...own, storeId: 'york-01' }),
    ];
    expect(refused).toEqual([401, 401, 401, 401, 401, 401, 401]);
    expect(await shop.fleet()).toEqual([]);
    expect(await ask(kioskId, devicePrivateKey, own)).toBe(200);
    const [held] = await shop.fleet();
    expect(held).toMatchObject({ id: kioskId, revokedAt: expect.any(String) });
    // Asked again, it changes nothing: a kiosk in use is not held, and one that is held does not get out.
    await ask(kioskId, devicePrivateKey, { ...own, storeId: 'york-01' });
    expect(await shop.fleet()).toMatchObject([held]);
  });
});
