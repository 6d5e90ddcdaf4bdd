import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../shared/errors.ts';
import { isLoopback } from '../shared/loopback.ts';
import { readTextFile } from './platform/files.ts';
import { readTls, type TlsFiles } from './platform/http/tls.ts';

const zeroOrOne = z.enum(['0', '1'], { error: '0 or 1' });
const wholeNumber = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};
const webAddress = 'an address that begins with https:// or http://';

const environmentSchema = z
  .object({
    COUNTERSIGN_PORT: wholeNumber(0, 65_535).default(4810),
    COUNTERSIGN_HOST: z.string().min(1).default('127.0.0.1'),
    COUNTERSIGN_SERVER_DATA: z.string().min(1).default('data/server'),
    DATABASE_URL: z
      .string()
      .regex(/^(postgres(ql)?:\/\/|socket:)/, 'an address of the form postgres://user:password@host/database')
      .optional(),
    COUNTERSIGN_CONFIGURATION: z
      .string()
      .min(1)
      .default(join(import.meta.dirname, 'modules', 'configuration', 'demo.json')),
    COUNTERSIGN_KEY_FILE: z.string().min(1).optional(),
    /** Folder; absent: `journal` in the data folder. */
    COUNTERSIGN_JOURNAL: z.string().min(1).optional(),
    COUNTERSIGN_ADMIN_TOKEN: z
      .string()
      .regex(/^[!-~]{24,}$/, 'at least 24 printable characters')
      .optional(),
    COUNTERSIGN_TLS_CERT: z.string().min(1).optional(),
    COUNTERSIGN_TLS_KEY: z.string().min(1).optional(),
    COUNTERSIGN_BEHIND_PROXY: zeroOrOne.default('0').transform((value) => value === '1'),
    COUNTERSIGN_PUBLIC_URL: z
      .url({ protocol: /^https?$/, error: webAddress })
      .transform((url) => url.replace(/\/$/, ''))
      .optional(),
    /** Texts go to a page of this server. Absent: only on a server for this machine alone. */
    COUNTERSIGN_OUTBOX: zeroOrOne.optional(),
    COUNTERSIGN_ENROLMENTS_PER_MINUTE: wholeNumber(1, 1_000_000).default(30),
    /** Absent: standard output. */
    COUNTERSIGN_LOG_FILE: z.string().min(1).optional(),
    COUNTERSIGN_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  })
  .refine((e) => (e.COUNTERSIGN_TLS_CERT === undefined) === (e.COUNTERSIGN_TLS_KEY === undefined), {
    path: ['COUNTERSIGN_TLS_CERT'],
    message: 'certificate and key go together',
  });

export interface Settings {
  port: number;
  host: string;
  data: string;
  /** Null: the embedded database in the data folder. */
  databaseUrl: string | null;
  configuration: string;
  keyFile: string;
  /** Folder of the journal; several servers on one database share it. */
  journal: string;
  /** Null: made once and kept in `adminTokenFile`. */
  adminToken: string | null;
  adminTokenFile: string;
  tls: TlsFiles | null;
  behindProxy: boolean;
  /** Where customers reach the manage page; null: receipts carry no link. */
  publicUrl: string | null;
  /** Whether texts go to the outbox page; otherwise none are sent. */
  outbox: boolean;
  enrolmentsPerMinute: number;
  logLevel: string;
  logFile: string | null;
}

/**
 * @throws CodedError settings_malformed (details name the variables, never their values) | tls_unusable | tls_required: whoever can listen
 * between kiosk and server must not see admin tokens and enrolment codes.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  // Left empty means not set, as in the file of a service.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n');
    throw new CodedError('settings_malformed', { problems });
  }
  const e = parsed.data;
  const data = resolve(e.COUNTERSIGN_SERVER_DATA);
  const tls =
    e.COUNTERSIGN_TLS_CERT !== undefined && e.COUNTERSIGN_TLS_KEY !== undefined
      ? readTls(e.COUNTERSIGN_TLS_CERT, e.COUNTERSIGN_TLS_KEY)
      : null;
  if (tls === null && !e.COUNTERSIGN_BEHIND_PROXY && !isLoopback(e.COUNTERSIGN_HOST)) {
    throw new CodedError('tls_required', { host: e.COUNTERSIGN_HOST });
  }
  const onlyHere = isLoopback(e.COUNTERSIGN_HOST) && !e.COUNTERSIGN_BEHIND_PROXY;
  // A browser of this machine follows the links of receipts and texts, a phone does not: enough to try it out.
  const ownAddress = onlyHere && e.COUNTERSIGN_PORT !== 0 ? addressOf(e, tls !== null) : null;
  return {
    port: e.COUNTERSIGN_PORT,
    host: e.COUNTERSIGN_HOST,
    data,
    databaseUrl: e.DATABASE_URL ?? null,
    configuration: resolve(e.COUNTERSIGN_CONFIGURATION),
    keyFile: resolve(e.COUNTERSIGN_KEY_FILE ?? join(data, 'keys.json')),
    journal: resolve(e.COUNTERSIGN_JOURNAL ?? join(data, 'journal')),
    adminToken: e.COUNTERSIGN_ADMIN_TOKEN ?? null,
    adminTokenFile: join(data, 'admin-token'),
    tls,
    behindProxy: e.COUNTERSIGN_BEHIND_PROXY,
    publicUrl: e.COUNTERSIGN_PUBLIC_URL ?? ownAddress,
    outbox: e.COUNTERSIGN_OUTBOX === undefined ? onlyHere : e.COUNTERSIGN_OUTBOX === '1',
    enrolmentsPerMinute: e.COUNTERSIGN_ENROLMENTS_PER_MINUTE,
    logLevel: e.COUNTERSIGN_LOG_LEVEL,
    logFile: e.COUNTERSIGN_LOG_FILE ?? null,
  };
}

function addressOf(e: { COUNTERSIGN_HOST: string; COUNTERSIGN_PORT: number }, tls: boolean): string {
  const host = isIP(e.COUNTERSIGN_HOST) === 6 ? `[${e.COUNTERSIGN_HOST}]` : e.COUNTERSIGN_HOST;
  return `http${tls ? 's' : ''}://${host}:${e.COUNTERSIGN_PORT}`;
}

/** The administrator's token: given, or made once and kept where only this user can read it. */
export function adminTokenOf(settings: Settings): string {
  if (settings.adminToken !== null) return settings.adminToken;
  mkdirSync(settings.data, { recursive: true, mode: 0o700 });
  if (!existsSync(settings.adminTokenFile)) {
    writeFileSync(settings.adminTokenFile, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true });
  }
  return readTextFile(settings.adminTokenFile).trim();
}
