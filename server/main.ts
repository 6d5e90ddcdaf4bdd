import { mkdirSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { buildApp } from './app.ts';
import { loadConfiguration } from './configuration/loader.ts';
import { publishNotices } from './configuration/notices.ts';
import { SignedConfigurations } from './configuration/signed.ts';
import { connect, type Database } from './database/connection.ts';
import { type EmbeddedDatabase, startEmbedded } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import { claimDatabase, keysInUse, startNewEpoch } from './database/server-state.ts';
import { forgetOldCodes } from './enrolment/codes.ts';
import { loadKeys } from './keys.ts';
import { createLogger } from './logging.ts';
import { Outbox } from './messages/outbox.ts';
import { Opener } from './opening/opener.ts';
import type { Parts } from './parts.ts';
import { repeat } from './repeat.ts';
import { forgetOldNonces } from './requests/nonces.ts';
import { adminTokenOf, readSettings, type Settings } from './settings.ts';
import { explainStartProblem } from './start-problems.ts';
import { askForConfirmations } from './verification/ask.ts';
import { forgetOldMessages } from './verification/limits.ts';

/** What was started, to be stopped in the opposite order. */
const running: (() => Promise<void>)[] = [];

async function start(settings: Settings): Promise<string> {
  const logger = createLogger(settings.logLevel, settings.logFile);
  const clock = () => new Date();
  mkdirSync(settings.data, { recursive: true, mode: 0o700 });
  const source = loadConfiguration(settings.configuration);
  const db = connect(await databaseUrl(settings), (error) => logger.warn({ err: error }, 'database connection lost'));
  running.push(() => db.destroy());
  await migrate(db);
  const keys = await loadKeys(settings.keyFile, (await keysInUse(db)) !== null);
  await claimDatabase(db, keys.signing.id, keys.seal.id);
  if (process.argv.includes('--restored')) await startNewEpoch(db);

  const configurations = new SignedConfigurations(source, keys.signing, settings.publicUrl);
  await publishNotices(db, configurations.anyStore, clock());

  const opener = new Opener(db, keys, clock, logger);
  running.push(() => opener.stop());
  running.push(repeat(() => keepHouse(db, clock()), 60_000, logger));
  const outbox = settings.outbox ? new Outbox(clock) : null;
  const parts: Parts = {
    db,
    keys,
    configurations,
    adminToken: adminTokenOf(settings),
    clock,
    version: packageJson.version,
    opener,
    messages: outbox,
    outbox,
    publicUrl: settings.publicUrl,
    limits: { enrolmentsPerMinute: settings.enrolmentsPerMinute, pagesPerMinute: 60 },
  };
  running.push(repeat(() => askForConfirmations(parts, logger), 5_000, logger));
  const app = await buildApp(parts, logger, settings);
  running.push(() => app.close());
  return await app.listen({ port: settings.port, host: settings.host, listenTextResolver: () => 'listening' });
}

async function keepHouse(db: Database, now: Date): Promise<void> {
  await forgetOldNonces(db, now);
  await forgetOldCodes(db, now);
  await forgetOldMessages(db, now);
}

async function databaseUrl(settings: Settings): Promise<string> {
  if (settings.databaseUrl !== null) return settings.databaseUrl;
  const embedded: EmbeddedDatabase = await startEmbedded(settings.data);
  running.push(() => embedded.stop());
  return embedded.url;
}

async function stop(): Promise<void> {
  for (let part = running.pop(); part !== undefined; part = running.pop()) await part();
}

/** Finishes what is under way, a start included; a second signal does not wait. */
function stopOnSignals(started: Promise<unknown>): void {
  const stopAfterStart = async () => {
    await started.catch(() => undefined);
    await stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopAfterStart().then(
        () => process.exit(0),
        () => {
          process.stderr.write('Countersign server did not stop cleanly\n');
          process.exit(1);
        },
      );
    });
  }
}

function fail(error: unknown): never {
  process.stderr.write(explainStartProblem(error));
  process.exit(1);
}

async function startOrExplain(): Promise<string> {
  try {
    const started = start(readSettings(process.env));
    stopOnSignals(started);
    return await started;
  } catch (error) {
    await stop().catch(() => undefined);
    return fail(error);
  }
}

/** Where the server listens. */
export const url = await startOrExplain();
process.stdout.write(`Countersign server listens on ${url}\n`);
