import { mkdirSync } from 'node:fs';
import type { Logger } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { CodedError } from '../shared/errors.ts';
import { buildApp } from './app.ts';
import { startBackgroundWork } from './background-jobs.ts';
import type { Context } from './context.ts';
import { type ConfigurationSource, loadConfiguration } from './modules/configuration/loader.ts';
import { publishNotices } from './modules/configuration/notices.ts';
import { publishRevision } from './modules/configuration/revisions.ts';
import { SignedConfigurations } from './modules/configuration/signed.ts';
import { Outbox } from './modules/messaging/outbox.ts';
import { OpeningWorker } from './modules/opening/opening-worker.ts';
import { Unsealer } from './modules/opening/unseal.ts';
import { JournalRecovery } from './modules/recovery/journal-recovery.ts';
import { connect, type Database } from './platform/database/connection.ts';
import { bindDatabaseToKeys } from './platform/database/installation.ts';
import { installationKeys } from './platform/database/installation-keys.ts';
import { migrate } from './platform/database/migrate.ts';
import { prepareMonths } from './platform/database/months.ts';
import { skipAhead } from './platform/database/server-sequence.ts';
import { type EmbeddedDatabase, startEmbedded } from './platform/embedded-postgres/embedded.ts';
import { Jobs } from './platform/jobs/jobs.ts';
import { Journal } from './platform/journal/journal.ts';
import { keyIds, loadKeys } from './platform/keys/keys.ts';
import { createLogger } from './platform/logging/logging.ts';
import { withoutMessage } from './platform/logging/without-message.ts';
import { adminTokenOf, readSettings, type Settings } from './settings.ts';
import { Shutdown, whenToldToEnd } from './shutdown.ts';
import { databaseProblem, explainStartProblem, listenProblem } from './start-problems.ts';
import { leaveWhereabouts, readWhereabouts, removeWhereabouts } from './whereabouts.ts';

export interface RunningServer {
  /** Where it listens. */
  url: string;
  settings: Settings;
}

const connectionsForJobs = 6;

const shutdown = new Shutdown();
let logger: Logger | undefined;

async function start(settings: Settings): Promise<RunningServer> {
  mkdirSync(settings.data, { recursive: true, mode: 0o700 });
  const log = createLogger(settings.logLevel, settings.logFile);
  logger = log;
  const clock = () => new Date();
  const source = loadConfiguration(settings.configuration);
  const url = await databaseUrl(settings);
  const db = connectTo(url, log);
  // Jobs have connections of their own: neither they nor the requests wait for the other's.
  const jobsDb = connectTo(url, log, connectionsForJobs);
  const prepared = await prepareDatabase(db, settings, source, clock, log).catch((error: unknown) => {
    throw databaseProblem(error, settings.databaseUrl);
  });
  const { keys, journal } = prepared;

  const jobs = await Jobs.start(jobsDb, log).catch((error: unknown) => {
    throw databaseProblem(error, settings.databaseUrl);
  });
  shutdown.add(() => jobs.stop());
  const version = () => packageJson.version;
  const openingWorker = new OpeningWorker({
    db: jobsDb,
    jobs,
    keys,
    unsealer: new Unsealer(keys.seal),
    version,
    journal,
    clock,
    logger: log,
  });
  const outbox = settings.outbox ? new Outbox(clock) : null;
  const context: Context = {
    ...prepared,
    db,
    adminToken: adminTokenOf(settings),
    clock,
    version: version(),
    jobs,
    openingWorker,
    messages: outbox,
    outbox,
    publicUrl: settings.publicUrl,
    limits: {
      enrolmentsPerMinute: settings.enrolmentsPerMinute,
      pagesPerMinute: 60,
      refusalsPerMinute: 120,
      healthMilliseconds: 1_000,
      eventLoopDelayMilliseconds: 2_000,
    },
  };
  await openingWorker.start();
  await startBackgroundWork(jobs, { ...context, db: jobsDb });
  const app = await buildApp(context, log, settings);
  shutdown.add(() => app.close());
  const { port, host } = settings;
  const address = await app.listen({ port, host, listenTextResolver: () => 'listening' }).catch((error: unknown) => {
    throw listenProblem(error, settings);
  });
  leaveWhereabouts(settings.data, address);
  shutdown.add(async () => removeWhereabouts(settings.data));
  return { url: address, settings };
}

async function prepareDatabase(
  db: Database,
  settings: Settings,
  source: ConfigurationSource,
  clock: () => Date,
  logger: Logger,
): Promise<Pick<Context, 'keys' | 'configurations' | 'journal' | 'recovery'>> {
  await migrate(db);
  await prepareMonths(db, clock());
  const keys = await loadKeys(settings.keyFile, (await installationKeys(db)).length > 0);
  await bindDatabaseToKeys(db, keyIds(keys));
  const journal = new Journal({ folder: settings.journal, db, keys, clock, logger });
  const recovery = new JournalRecovery({ db, keys, clock, journal, logger });
  await recovery.start(process.argv.includes('--restored'));
  if (process.argv.includes('--new-journal')) {
    await journal.adopt(db);
    journal.adopted();
  }
  await skipAhead(db);
  const configurations = new SignedConfigurations(source, keys.signing, settings.publicUrl);
  await publishNotices(db, configurations.anyStore, clock());
  await publishRevision(db, configurations.digest, clock());
  return { keys, configurations, journal, recovery };
}

function connectTo(url: string, log: Logger, maxConnections?: number): Database {
  const db = connect(url, (error) => log.warn({ err: error }, 'database connection lost'), maxConnections);
  shutdown.add(() => db.destroy());
  return db;
}

async function databaseUrl(settings: Settings): Promise<string> {
  if (settings.databaseUrl !== null) return settings.databaseUrl;
  const embedded: EmbeddedDatabase = await startEmbedded(settings.data).catch((error: unknown) => {
    if (!(error instanceof CodedError && error.code === 'data_folder_in_use')) throw error;
    throw new CodedError(error.code, { ...error.details, ...readWhereabouts(settings.data) });
  });
  shutdown.add(() => embedded.stop());
  return embedded.url;
}

/** Finishes what is under way, a start included, and ends everything that was started. */
async function end(started: Promise<unknown>, fault: unknown): Promise<never> {
  if (fault !== undefined) {
    logger?.fatal({ error: withoutMessage(fault) }, 'the server ends: a fault that nobody caught');
    process.stderr.write('Countersign server ends after a fault; its log says which.\n');
  }
  await started.catch(() => undefined);
  const clean = await shutdown.run();
  if (!clean) process.stderr.write('Countersign server did not stop cleanly\n');
  process.exit(clean && fault === undefined ? 0 : 1);
}

async function startOrExplain(): Promise<RunningServer> {
  try {
    const started = start(readSettings(process.env));
    whenToldToEnd((fault) => void end(started, fault));
    return await started;
  } catch (error) {
    await shutdown.run();
    process.stderr.write(explainStartProblem(error));
    process.exit(1);
  }
}

export const server = await startOrExplain();
process.stdout.write(`Countersign server listens on ${server.url}\n`);
