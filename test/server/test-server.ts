import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../server/app.ts';
import { startBackgroundWork } from '../../server/background-jobs.ts';
import type { Context } from '../../server/context.ts';
import { loadConfiguration, parseConfiguration } from '../../server/modules/configuration/loader.ts';
import { publishNotices } from '../../server/modules/configuration/notices.ts';
import { publishRevision } from '../../server/modules/configuration/revisions.ts';
import { SignedConfigurations } from '../../server/modules/configuration/signed.ts';
import { Outbox } from '../../server/modules/messaging/outbox.ts';
import { OpeningWorker } from '../../server/modules/opening/opening-worker.ts';
import { Unsealer } from '../../server/modules/opening/unseal.ts';
import { JournalRecovery } from '../../server/modules/recovery/journal-recovery.ts';
import type { FoundRecord } from '../../server/modules/rights/lookup-routes.ts';
import { queueDueTexts } from '../../server/modules/verification/due-texts.ts';
import { connect, type Database } from '../../server/platform/database/connection.ts';
import { bindDatabaseToKeys, readEpoch } from '../../server/platform/database/installation.ts';
import { migrate } from '../../server/platform/database/migrate.ts';
import { skipAhead } from '../../server/platform/database/server-sequence.ts';
import { type JobSettings, Jobs } from '../../server/platform/jobs/jobs.ts';
import { Journal } from '../../server/platform/journal/journal.ts';
import { keyIds, loadKeys, type ServerKeys } from '../../server/platform/keys/keys.ts';
import { createLogger } from '../../server/platform/logging/logging.ts';
import { type Send, SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { spreadTables } from '../support/spread-tables.ts';
import { createDatabase, type TestDatabase } from './database.ts';

const adminToken = 'an-administrators-token-for-tests';
export const serverUrl = 'http://countersign.test';
export const demoConfiguration = join(import.meta.dirname, '../../server/modules/configuration/demo.json');

export interface TestServer {
  app: FastifyInstance;
  db: Database;
  keys: ServerKeys;
  keyFile: string;
  database: TestDatabase;
  openingWorker: OpeningWorker;
  jobs: Jobs;
  parts: Context;
  /** Texts that were sent, also when the server has no page for them. */
  outbox: Outbox;
  /** Everything that was logged so far. */
  logged(): string;
  /** Moves the server's clock. */
  setClock(clock: () => Date): void;
  /** As if another version of the program had been installed. */
  setVersion(version: string): void;
  /** As when somebody says at the start that the database was restored. */
  beginNewEpoch(): Promise<void>;
  send: Send;
  createCode(storeId?: string): Promise<string>;
  enrol(storeId?: string): Promise<SimulatedKiosk>;
  admin(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<{ status: number; json: never }>;
  /** What a minute's turn does: texts that are due by now are sent. @returns how many. */
  sendDueTexts(): Promise<number>;
  /** The records of a number, newest first, as head office sees them. */
  lookUp(number: string): Promise<FoundRecord[]>;
  /** All that are open. */
  alarms(): Promise<{ kioskId: string; code: string; count: number; firstSequence: number; lastSequence: number }[]>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  enrolmentsPerMinute?: number;
  pagesPerMinute?: number;
  refusalsPerMinute?: number;
  healthMilliseconds?: number;
  eventLoopDelayMilliseconds?: number;
  /** As the retailer's source file has it. */
  configuration?: unknown;
  publicUrl?: string;
  behindProxy?: boolean;
  sendsTexts?: boolean;
  /** Of the jobs' connections. */
  statementTimeoutMilliseconds?: number;
  jobs?: JobSettings['delays'];
  /** Of a server that was here before; it is left when this one closes. */
  home?: ServerHome;
}

/** What a server finds when it starts. */
export interface ServerHome {
  database: TestDatabase;
  /** With its keys and its journal. */
  folder: string;
}

/** A whole server on a database of its own, listening on nothing. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = options.home?.database ?? (await createDatabase());
  const folder = options.home?.folder ?? mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  const db = connect(database.url, () => undefined);
  await migrate(db);
  if (process.env.COUNTERSIGN_TEST_DISTRIBUTED === '1') await spreadTables(db);
  const keyFile = join(folder, 'keys.json');
  const keys = await loadKeys(keyFile, false);
  await bindDatabaseToKeys(db, keyIds(keys));
  let log = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const logger = createLogger('debug', stream);
  let clock = () => new Date();
  const journal = new Journal({ folder: join(folder, 'journal'), db, keys, clock: () => clock(), logger });
  const recovery = new JournalRecovery({ db, keys, clock: () => clock(), journal, logger });
  await recovery.start(false);
  await skipAhead(db);
  const jobsDb = connectForJobs(database, options.statementTimeoutMilliseconds);
  const jobs = await Jobs.start(jobsDb, logger, {
    schedule: false,
    delays: options.jobs ?? { retryDelay: 1, retryDelayMax: 1 },
  });
  const source =
    options.configuration === undefined
      ? loadConfiguration(demoConfiguration)
      : parseConfiguration(options.configuration, 'test');
  const publicUrl = options.publicUrl ?? null;
  const outbox = new Outbox(() => clock());
  const configurations = new SignedConfigurations(source, keys.signing, publicUrl);
  await publishNotices(db, configurations.anyStore, clock());
  await publishRevision(db, configurations.digest, clock());
  const parts: Context = {
    db,
    keys,
    journal,
    recovery,
    configurations,
    adminToken,
    clock: () => clock(),
    version: '0.0.0-test',
    jobs,
    openingWorker: undefined as never,
    messages: options.sendsTexts === false ? null : outbox,
    outbox: options.sendsTexts === false ? null : outbox,
    publicUrl,
    limits: {
      enrolmentsPerMinute: options.enrolmentsPerMinute ?? 10_000,
      pagesPerMinute: options.pagesPerMinute ?? 10_000,
      refusalsPerMinute: options.refusalsPerMinute ?? 1_000_000,
      healthMilliseconds: options.healthMilliseconds ?? 0,
      eventLoopDelayMilliseconds: options.eventLoopDelayMilliseconds ?? 10_000,
    },
  };
  const openingWorker = new OpeningWorker({
    db: jobsDb,
    jobs,
    keys,
    unsealer: new Unsealer(keys.seal),
    version: () => parts.version,
    journal,
    clock: () => clock(),
    logger,
  });
  parts.openingWorker = openingWorker;
  await openingWorker.start();
  await startBackgroundWork(jobs, parts);
  const app = await buildApp(parts, logger, { tls: null, behindProxy: options.behindProxy ?? false });
  const send = sendInto(app);
  const admin: TestServer['admin'] = async (method, path, body) => {
    const payload = body === undefined ? {} : { payload: body as object };
    const headers = { authorization: `Bearer ${adminToken}` };
    const response = await app.inject({ method, url: path, headers, ...payload });
    return { status: response.statusCode, json: response.json() as never };
  };
  const createCode: TestServer['createCode'] = async (storeId = 'halden-bridge') =>
    ((await admin('POST', '/v1/enrolment-codes', { storeId })).json as { code: string }).code;
  return {
    app,
    db,
    keys,
    keyFile,
    database,
    openingWorker,
    jobs,
    parts,
    outbox,
    send,
    admin,
    createCode,
    logged: () => log,
    setClock(next) {
      clock = next;
    },
    beginNewEpoch: async () => await recovery.begin(await readEpoch(db), 0),
    setVersion(version) {
      parts.version = version;
    },
    enrol: async (storeId) => await SimulatedKiosk.enrol(serverUrl, await createCode(storeId), send),
    async sendDueTexts() {
      const before = outbox.messages.length;
      await queueDueTexts(parts);
      await textsSettled(database);
      return outbox.messages.length - before;
    },
    lookUp: async (number) =>
      ((await admin('POST', '/v1/subjects/lookup', { number })).json as { records: FoundRecord[] }).records,
    alarms: async () => ((await admin('GET', '/v1/alarms?limit=1000')).json as { alarms: never }).alarms,
    async close() {
      await app.close();
      await jobs.stop();
      await jobsDb.destroy();
      await db.destroy();
      if (options.home !== undefined) return;
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function connectForJobs({ url }: TestDatabase, statementTimeout = 60_000): Database {
  const limited = new URL(url);
  limited.searchParams.set('statement_timeout', String(statementTimeout));
  return connect(limited.href, () => undefined, 6);
}

/** Another server's work on the same database, as far as it is jobs. */
export async function anotherServer(
  { database, keys, parts }: TestServer,
  statementTimeout?: number,
): Promise<{ openingWorker: OpeningWorker; stop(): Promise<void> }> {
  const db = connectForJobs(database, statementTimeout);
  const logger = createLogger('silent', null);
  const jobs = await Jobs.start(db, logger, { schedule: false, delays: { retryDelay: 1, retryDelayMax: 1 } });
  const { journal } = parts;
  const tools = { db, jobs, keys, journal, unsealer: new Unsealer(keys.seal), version: () => parts.version };
  const openingWorker = new OpeningWorker({ ...tools, clock: parts.clock, logger });
  await openingWorker.start();
  return {
    openingWorker,
    async stop() {
      await jobs.stop();
      await db.destroy();
    },
  };
}

async function textsSettled(database: TestDatabase): Promise<void> {
  const unfinished = `select from jobs.job where name = 'send-text' and state < 'completed'
    and (state = 'active' or start_after <= now()) limit 1`;
  while ((await database.query(unfinished)).rowCount !== 0) await delay(5);
}

function sendInto(app: FastifyInstance): Send {
  return async ({ method, url, headers, body }) => {
    const { host, pathname, search } = new URL(url);
    const response = await app.inject({
      method,
      url: pathname + search,
      headers: { host, ...headers },
      ...(method === 'GET' && body.length === 0 ? {} : { payload: Buffer.from(body) }),
    });
    const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    return { status: response.statusCode, headers: Object.fromEntries(received), text: response.body };
  };
}

/** Valid British mobile numbers: 07400 100000 and up. */
export const mobile = (index: number): string => `+4474001${String(index).padStart(5, '0')}`;
