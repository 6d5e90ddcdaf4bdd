import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedDatabase, startEmbedded } from '../../server/platform/embedded-postgres/embedded.ts';
import { explainStartProblem } from '../../server/start-problems.ts';
import { type ErrorCode, isRefusalCode } from '../../shared/error-catalogue.ts';
import { CodedError } from '../../shared/errors.ts';

/** Every way of starting the server wrongly that an engineer can think of, against the real program and a real PostgreSQL. */
const folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
const at = (name: string) => join(folder, name);
const certificate = (name: string) => join(import.meta.dirname, '../support/certificates', name);
const stranger = createServer((_, response) => response.end('hello'));
let postgres: EmbeddedDatabase;
let taken = 0;

beforeAll(async () => {
  postgres = await startEmbedded(at('postgres'), ['-c', 'fsync=off']);
  for (const statement of [
    `create role guest login password 'guest'`,
    'create database latin encoding latin1 template template0',
  ]) {
    await query(statement);
  }
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  taken = (stranger.address() as AddressInfo).port;
  writeFileSync(at('scrap.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  writeFileSync(at('file'), '');
  mkdirSync(at('folder'));
  writeFileSync(at('half.json'), '{\n  "version": 1,\n  "brand" "Alder"\n}\n');
  writeFileSync(at('latin.json'), Buffer.from('{ "version": 1, "brand": { "name": "Caf\xe9" } }', 'latin1'));
  writeFileSync(at('wrong-keys.json'), '{}');
}, 60_000);
afterAll(async () => {
  stranger.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function query(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function startWith(environment: NodeJS.ProcessEnv): { status: number | null; output: string } {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '../../server/main.ts')], {
    env: {
      ...inherited,
      COUNTERSIGN_SERVER_DATA: at('data'),
      COUNTERSIGN_PORT: '0',
      COUNTERSIGN_LOG_FILE: at('server.log'),
      DATABASE_URL: postgres.url,
      ...environment,
    },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, output: stdout + stderr };
}

/** The test database's address with something else in it. */
const database = (other: Partial<URL>) => () => ({
  DATABASE_URL: Object.assign(new URL(postgres.url), other).href,
});

const tls = (cert: string, key: string) => () => ({ COUNTERSIGN_TLS_CERT: cert, COUNTERSIGN_TLS_KEY: key });

type Wrong = [what: string, code: string, words: RegExp, environment: () => NodeJS.ProcessEnv];

const wrongs: Wrong[] = [
  ['database: wrong password', 'database_login_refused', /user or the password/, database({ password: 'hush' })],
  ['database: no password', 'database_password_missing', /has none/, database({ password: '' })],
  ['database: unknown user', 'database_login_refused', /user: nobody/, database({ username: 'nobody' })],
  ['database: missing', 'database_missing', /Create it[\s\S]*database: nowhere/, database({ pathname: '/nowhere' })],
  ['database: no such host', 'database_host_unknown', /host: db\.invalid/, database({ hostname: 'db.invalid' })],
  ['database: nobody listens', 'database_unreachable', /Is it running/, database({ port: '1' })],
  [
    'database: something else listens',
    'database_not_postgres',
    /Is it PostgreSQL/,
    () => database({ port: String(taken) })(),
  ],
  [
    'database: may not create tables',
    'database_forbidden',
    /owner/,
    database({ username: 'guest', password: 'guest' }),
  ],
  [
    'database: TLS asked of one without',
    'database_without_tls',
    /does not offer/,
    () => ({ DATABASE_URL: `${postgres.url}?sslmode=require` }),
  ],
  ['database: no Unicode', 'database_encoding', /UTF8/, database({ pathname: '/latin' })],
  [
    'database: a password with marks in it',
    'database_url_malformed',
    /%40/,
    () => ({ DATABASE_URL: 'postgres://user:hush#/@host/db' }),
  ],
  [
    'database: no address',
    'settings_malformed',
    /DATABASE_URL: an address/,
    () => ({ DATABASE_URL: 'localhost:5432' }),
  ],
  ['port in use', 'port_in_use', /COUNTERSIGN_PORT[\s\S]*port: \d+/, () => ({ COUNTERSIGN_PORT: String(taken) })],
  ['port that is none', 'settings_malformed', /whole number from 0 to 65535/, () => ({ COUNTERSIGN_PORT: 'http' })],
  [
    "host of another machine's",
    'host_not_here',
    /no address of this machine/,
    () => ({ COUNTERSIGN_HOST: '192.0.2.1', COUNTERSIGN_BEHIND_PROXY: '1' }),
  ],
  ['host without TLS', 'tls_required', /COUNTERSIGN_TLS_CERT/, () => ({ COUNTERSIGN_HOST: '0.0.0.0' })],
  [
    'certificate missing',
    'file_unusable',
    /nowhere\.pem[\s\S]*not there/,
    tls(at('nowhere.pem'), certificate('localhost.key')),
  ],
  [
    'key missing',
    'file_unusable',
    /nowhere\.key[\s\S]*not there/,
    tls(certificate('localhost.pem'), at('nowhere.key')),
  ],
  ['certificate that is a folder', 'file_unusable', /it is a folder/, tls(at('folder'), certificate('localhost.key'))],
  ['certificate damaged', 'tls_unusable', /certificate is damaged/, tls(at('scrap.pem'), certificate('localhost.key'))],
  [
    'certificate and key mixed up',
    'tls_unusable',
    /first file holds no certificate/,
    tls(certificate('localhost.key'), certificate('localhost.pem')),
  ],
  [
    'key of another certificate',
    'tls_unusable',
    /does not belong/,
    tls(certificate('localhost.pem'), certificate('other.key')),
  ],
  [
    'certificate that has ended',
    'tls_unusable',
    /ended on 2020-01-02/,
    tls(certificate('ended.pem'), certificate('ended.key')),
  ],
  [
    'certificate without its key',
    'settings_malformed',
    /go together/,
    () => ({ COUNTERSIGN_TLS_CERT: certificate('localhost.pem') }),
  ],
  [
    'data folder below a file',
    'file_unusable',
    /a file is in the way/,
    () => ({ COUNTERSIGN_SERVER_DATA: join(at('file'), 'data') }),
  ],
  [
    'data folder that cannot be made',
    'file_unusable',
    /path: \/sys/,
    () => ({ COUNTERSIGN_SERVER_DATA: '/sys/countersign' }),
  ],
  ['log that cannot be written', 'file_unusable', /it is a folder/, () => ({ COUNTERSIGN_LOG_FILE: at('folder') })],
  ['key file that is a folder', 'file_unusable', /it is a folder/, () => ({ COUNTERSIGN_KEY_FILE: at('folder') })],
  ['key file damaged', 'keys_malformed', /backup/, () => ({ COUNTERSIGN_KEY_FILE: at('wrong-keys.json') })],
  [
    'configuration missing',
    'configuration_missing',
    /There is no configuration file of that name/,
    () => ({ COUNTERSIGN_CONFIGURATION: at('nowhere.json') }),
  ],
  [
    'configuration that is a folder',
    'configuration_unreadable',
    /it is a folder/,
    () => ({ COUNTERSIGN_CONFIGURATION: at('folder') }),
  ],
  [
    'configuration that is no JSON',
    'configuration_not_json',
    /line 3/,
    () => ({ COUNTERSIGN_CONFIGURATION: at('half.json') }),
  ],
  [
    'configuration in another encoding',
    'configuration_not_json',
    /UTF-8/,
    () => ({ COUNTERSIGN_CONFIGURATION: at('latin.json') }),
  ],
  [
    'proxy: neither 0 nor 1',
    'settings_malformed',
    /COUNTERSIGN_BEHIND_PROXY: 0 or 1/,
    () => ({ COUNTERSIGN_BEHIND_PROXY: 'yes' }),
  ],
];

describe('found 29: what is wrong at the start is said in words, and nothing else', () => {
  test.each(wrongs)('%s: %s', { timeout: 60_000 }, (_, code, words, environment) => {
    const { status, output } = startWith(environment());
    expect(output).toContain(`did not start (${code})`);
    expect(output).toMatch(words);
    expect(output).not.toMatch(/unexpected|sonic|hush|^\s+at /m);
    expect(output).not.toContain(new URL(postgres.url).password);
    expect(status).toBe(1);
  });
});

test('every code that can stop a start has its advice', () => {
  const sources = globSync(
    [
      '*.ts',
      'platform/http/tls.ts',
      'platform/keys/*.ts',
      'platform/database/*.ts',
      'platform/embedded-postgres/*.ts',
      'modules/configuration/loader.ts',
    ],
    { cwd: join(import.meta.dirname, '../../server') },
  ).map((file) => readFileSync(join(import.meta.dirname, '../../server', file), 'utf8'));
  const named = sources.flatMap((source) => [...source.matchAll(/CodedError\(\s*'(\w+)'/g)].map(([, code]) => code));
  const codes = new Set(named.filter((code) => !isRefusalCode(code ?? '') && code !== 'unexpected') as ErrorCode[]);
  expect(codes.size).toBeGreaterThan(10);
  for (const code of codes) expect(explainStartProblem(new CodedError(code)), code).toMatch(/\)\. [A-Z]/);
});
