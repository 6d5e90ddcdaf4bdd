import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashToken } from '../../server/platform/keys/tokens.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { pageVisits } from './page-visits.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeAll(async () => {
  server = await startTestServer({ publicUrl: 'http://countersign.test' });
  kiosk = await server.enrol();
});
afterAll(() => server.close());

const { someone, capture, confirmedCapture, page, press, textsTo, lookup } = pageVisits(() => ({ server, kiosk }));

describe('stopping', () => {
  test("kept 10: a receipt neither shows nor stops what the number's owner did", async () => {
    const number = someone();
    const typed = await capture(number);
    const shown = (await page(typed.token)).body;
    const own = await confirmedCapture(number);
    await press(own.link, 'confirm');
    expect((await page(typed.token)).body, 'another record, confirmed').toBe(shown);
    await press(typed.link, 'confirm');
    expect((await page(typed.token)).body, 'itself confirmed').toBe(shown);

    await press(typed.token, 'withdraw');
    expect((await lookup(number)).map(({ state }) => state)).toEqual(['opened', 'withdrawn']);
    expect((await page(typed.token)).body).toContain('What was agreed to with this receipt has ended');
    expect((await page(typed.link)).body).toContain('A newer one holds for this number');
    expect(textsTo(number), 'messages go on for the other').toEqual([]);

    const later = await capture(number);
    const before = (await page(later.token)).body;
    await press(own.link, 'withdraw');
    expect((await lookup(number)).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn', 'withdrawn']);
    expect((await page(later.token)).body, 'stopped by the owner').toBe(before);
    await press(later.token, 'withdraw');
    expect((await page(later.token)).body).toContain('Stopped');
    expect(textsTo(number)).toHaveLength(1);

    const again = await confirmedCapture(number);
    expect((await lookup(number))[0], 'given after the stop').toMatchObject({ state: 'opened' });
    await press(own.token, 'withdraw');
    expect((await lookup(number))[0], 'an old receipt').toMatchObject({ state: 'opened' });
    expect((await page(again.link)).body).toContain('Agreed');
  });

  test('kept 10: a receipt stops its own record, once and with one text if nothing else stands', async () => {
    const { number, token } = await confirmedCapture();
    await Promise.all(Array.from({ length: 8 }, () => press(token, 'withdraw')));
    expect(await lookup(number)).toMatchObject([{ state: 'withdrawn', withdrawal: { by: 'customer_page' } }]);
    expect(textsTo(number)).toHaveLength(1);
  });

  test('one press stops everything for the number, pressed twice it is one event and one text', async () => {
    const number = someone();
    const first = await confirmedCapture(number);
    const second = await capture(number);
    expect((await page(first.link)).body).toContain('Agreed');
    const pressed = await press(first.link, 'withdraw');
    expect([pressed.statusCode, pressed.headers.location]).toEqual([303, `../${first.link}`]);
    await Promise.all([press(first.link, 'withdraw'), press(second.link, 'withdraw', 'a=b')]);
    const { body } = await page(first.link);
    expect(body).toContain('Stopped');
    expect(body).not.toContain('<form');
    expect((await lookup(number)).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn']);
    const texts = textsTo(number);
    expect(texts).toHaveLength(1);
    expect(texts[0]?.text).toContain('We send no more messages to this number.');
    expect(texts[0]?.text).not.toMatch(/http|offer|%/i);
    const { rows } = await server.database.query(
      'select count(*) as n from server_events where subject_id in (select subject_id from opened_records where manage_token_hash = $1)',
      [hashToken(first.token)],
    );
    expect(Number(rows[0].n)).toBe(1);
  });

  test('many presses at once are one text', async () => {
    const { number, link } = await confirmedCapture();
    await Promise.all(Array.from({ length: 8 }, () => press(link, 'withdraw')));
    expect(textsTo(number)).toHaveLength(1);
  });

  test('nobody is texted who was never shown to want texts', async () => {
    const { number, link } = await capture();
    await press(link, 'withdraw');
    expect((await lookup(number))[0]?.state).toBe('withdrawn');
    expect(textsTo(number)).toEqual([]);
  });

  test('an agreement given later on a kiosk that knows the time stands; its page and the old one both can stop it', async () => {
    const number = someone();
    const old = await confirmedCapture(number);
    await press(old.link, 'withdraw');
    await capture(someone());
    const fresh = await capture(number);
    expect((await lookup(number)).map(({ state }) => state)).toEqual(['opened', 'withdrawn']);
    expect((await page(old.link)).body).toContain('A newer one holds for this number');
    await press(old.link, 'withdraw');
    expect((await lookup(number)).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn']);
    expect((await page(fresh.link)).body).toContain('Stopped');
  });

  test('an agreement that a kiosk had kept from before is not in force when it arrives: it has to be confirmed', async () => {
    const other = await server.enrol();
    const number = someone();
    const kept = await other.record(other.body(number));
    const { link } = await capture(number);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await press(link, 'withdraw');
    await other.deliver([kept]);
    await server.openingWorker.settled();
    expect(await lookup(number)).toMatchObject([{ state: 'opened', verification: 'pending' }, { state: 'withdrawn' }]);
  });

  test('events cannot be changed or deleted', async () => {
    for (const statement of [
      'delete from server_events',
      "update server_events set kind = 'x'",
      'truncate server_events',
    ]) {
      await expect(server.database.query(statement)).rejects.toThrow('append only');
    }
  });

  test('the token of a receipt does not confirm', async () => {
    const { number, token } = await capture();
    expect((await page(token)).body).not.toContain('/confirm');
    expect((await press(token, 'confirm')).statusCode).toBe(303);
    expect((await lookup(number))[0]?.verification).toBe('pending');
  });
});

describe('a number of a plan that has changed since', () => {
  test('found 13: shows and stops a number that is valid no more', async () => {
    const { number, token, link } = await confirmedCapture('+22501234567');
    const { body, statusCode } = await page(token);
    expect(statusCode).toBe(200);
    expect(body).toContain('>+•••••••••67<');
    expect((await press(link, 'withdraw')).statusCode).toBe(303);
    expect((await page(link)).body).toContain('Stopped');
    expect(await lookup(number)).toMatchObject([{ state: 'withdrawn' }]);
    expect(textsTo(number)).toHaveLength(1);
  });
});
