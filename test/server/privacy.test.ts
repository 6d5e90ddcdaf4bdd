import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** A number as it might slip through somewhere: plain, national, grouped, encoded, hashed. */
function disguises(number: string): string[] {
  const digits = number.slice(1);
  const national = `0${number.slice(3)}`;
  const spoken = [number, digits, national, number.slice(3), `${national.slice(0, 5)} ${national.slice(5)}`];
  const encode = (text: string, encoding: BufferEncoding) => Buffer.from(text).toString(encoding).replace(/=+$/, '');
  return [
    ...spoken,
    ...[number, digits, national].flatMap((text) => [
      encode(text, 'base64'),
      encode(text, 'base64url'),
      encode(text, 'hex'),
      encodeURIComponent(text),
      [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
      [...text].reverse().join(''),
      ...(['md5', 'sha1', 'sha256', 'sha512'] as const).flatMap((hash) =>
        (['hex', 'base64', 'base64url'] as const).map((form) =>
          createHash(hash).update(text).digest(form).replace(/=+$/, ''),
        ),
      ),
    ]),
  ];
}

function expectNone(haystack: string, numbers: string[]): void {
  for (const number of numbers) {
    for (const disguise of disguises(number)) expect(haystack.includes(disguise), disguise).toBe(false);
  }
}

test('the search finds what it is meant to find', () => {
  for (const disguise of disguises(mobile(1))) expect(() => expectNone(`x${disguise}y`, [mobile(1)])).toThrow();
});

test('no number in logs, answers or the database, whatever is done with it', async () => {
  const numbers = [1, 2, 3, 4, 5].map((index) => mobile(54_300 + index));
  const [number = ''] = numbers;
  const kiosk = await server.enrol();
  const answers: string[] = [];
  const records = [
    ...(await kiosk.records(numbers)),
    await kiosk.record({ ...kiosk.body(number), choices: 'none', [number]: number }),
    await kiosk.record({ number }),
    await kiosk.record(number),
  ];
  answers.push(JSON.stringify(await kiosk.deliver(records)));
  await server.openingWorker.settled();
  answers.push(JSON.stringify((await server.admin('POST', '/v1/subjects/lookup', { number })).json));
  answers.push(JSON.stringify((await server.admin('POST', '/v1/subjects/lookup', { number, [number]: 1 })).json));
  answers.push(JSON.stringify((await server.admin('POST', '/v1/subjects/lookup', { number: `${number}0` })).json));
  answers.push(JSON.stringify((await server.admin('POST', '/v1/enrolment-codes', { storeId: number })).json));
  const encoded = encodeURIComponent(number);
  const paths = [
    `/v1/subjects/${encoded}`,
    `/health?number=${encoded}`,
    `/v1/kiosks/${encoded}/revoke`,
    `/%c0${number}`,
  ];
  for (const path of paths) {
    const headers = {
      'x-number': number,
      'user-agent': number,
      'x-request-id': number,
      authorization: `Bearer ${number}`,
    };
    answers.push((await server.app.inject({ method: 'GET', url: path, headers })).body);
  }
  for (const [path, body] of [
    ['/v1/records', `{"number":"${number}"`],
    ['/v1/records', JSON.stringify({ version: 1, records: [{ header: number, bodyHash: number }] })],
    ['/v1/enrolments', `{"number":"${number}"`],
    [
      '/v1/enrolments',
      JSON.stringify({ code: number, devicePublicKey: number, applicationVersion: number, [number]: 1 }),
    ],
  ] as const) {
    answers.push((await kiosk.request('POST', path, Buffer.from(body))).text);
  }
  expect(answers).toHaveLength(13);
  expectNone(answers.join('\n'), numbers);

  const logged = server.logged();
  expect(logged).toContain(kiosk.id);
  expectNone(logged, numbers);

  const tables = await server.database.query(
    "select schemaname || '.' || tablename as tablename from pg_tables where schemaname in ('public', 'jobs')",
  );
  let database = '';
  for (const { tablename } of tables.rows) {
    const { rows } = await server.database.query(`select t::text as row from ${tablename} t`);
    database += rows.map(({ row }) => row).join('\n');
  }
  expect(database).toContain(kiosk.id);
  expectNone(database, numbers);
});

test('neither is it in the log when opening fails', async () => {
  const number = mobile(66_666);
  const kiosk = await server.enrol();
  await server.database.query(`
    create function fail_opening() returns trigger language plpgsql as $$
    begin raise exception 'number ${number} in row %', new; end $$;
    create trigger fail_opening before insert on opened_records for each row execute function fail_opening();`);
  const before = server.logged().length;
  await kiosk.deliver(await kiosk.records([number]));
  await server.openingWorker.settled();
  await server.database.query('drop trigger fail_opening on opened_records; drop function fail_opening');
  const logged = server.logged().slice(before);
  expect(logged).toMatch(/job failed/);
  expect(logged).not.toContain('in row');
  expectNone(logged, [number]);
});

test('an error inside is logged by name and place, and its message neither logged nor answered', async () => {
  const number = mobile(77_777);
  const kiosk = await server.enrol();
  await server.database.query(`
    create function fail_loudly() returns trigger language plpgsql as $$
    begin raise exception 'number ${number} in row %', new; end $$;
    create trigger fail_loudly before insert on records for each row execute function fail_loudly();`);
  const before = server.logged().length;
  const failure = await kiosk.deliver(await kiosk.records([number])).catch((error: Error) => error.message);
  await server.database.query('drop trigger fail_loudly on records; drop function fail_loudly');
  expect(failure).toContain('answered 500');
  expect(failure).toContain('"internal"');
  const logged = server.logged().slice(before);
  expect(logged).toMatch(/P0001/);
  expect(logged).not.toContain('in row');
  expectNone(String(failure) + logged, [number]);
});
