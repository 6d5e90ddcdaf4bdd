import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../shared/errors.ts';

const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((value) => value === '1');

const environmentSchema = z
  .object({
    COUNTERSIGN_PORT: z.coerce.number().int().min(0).max(65_535).default(4810),
    COUNTERSIGN_HOST: z.string().min(1).default('127.0.0.1'),
    COUNTERSIGN_SERVER_DATA: z.string().min(1).default('data/server'),
    DATABASE_URL: z.string().min(1).optional(),
    COUNTERSIGN_CONFIGURATION: z
      .string()
      .min(1)
      .default(join(import.meta.dirname, 'configuration', 'demo.json')),
    COUNTERSIGN_KEY_FILE: z.string().min(1).optional(),
    COUNTERSIGN_ADMIN_TOKEN: z
      .string()
      .regex(/^[!-~]{24,}$/, 'at least 24 printable characters')
      .optional(),
    COUNTERSIGN_TLS_CERT: z.string().min(1).optional(),
    COUNTERSIGN_TLS_KEY: z.string().min(1).optional(),
    COUNTERSIGN_BEHIND_PROXY: flag,
    COUNTERSIGN_PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/$/, ''))
      .optional(),
    /** Texts go to a page of this server. Absent: only on a server for this machine alone. */
    COUNTERSIGN_OUTBOX: z.enum(['0', '1']).optional(),
    COUNTERSIGN_ENROLMENTS_PER_MINUTE: z.coerce.number().int().min(1).default(30),
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
  /** Null: made once and kept in `adminTokenFile`. */
  adminToken: string | null;
  adminTokenFile: string;
  tls: { cert: string; key: string } | null;
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
 * @throws CodedError settings_malformed (details name the variables, never their values) | tls_required: whoever can listen
 * between kiosk and server must not see admin tokens and enrolment codes.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new CodedError('settings_malformed', { problems });
  }
  const e = parsed.data;
  const data = resolve(e.COUNTERSIGN_SERVER_DATA);
  const tls =
    e.COUNTERSIGN_TLS_CERT !== undefined && e.COUNTERSIGN_TLS_KEY !== undefined
      ? { cert: readText(e.COUNTERSIGN_TLS_CERT), key: readText(e.COUNTERSIGN_TLS_KEY) }
      : null;
  if (tls === null && !e.COUNTERSIGN_BEHIND_PROXY && !isLoopback(e.COUNTERSIGN_HOST)) {
    throw new CodedError('tls_required', { host: e.COUNTERSIGN_HOST });
  }
  return {
    port: e.COUNTERSIGN_PORT,
    host: e.COUNTERSIGN_HOST,
    data,
    databaseUrl: e.DATABASE_URL ?? null,
    configuration: resolve(e.COUNTERSIGN_CONFIGURATION),
    keyFile: resolve(e.COUNTERSIGN_KEY_FILE ?? join(data, 'keys.json')),
    adminToken: e.COUNTERSIGN_ADMIN_TOKEN ?? null,
    adminTokenFile: join(data, 'admin-token'),
    tls,
    behindProxy: e.COUNTERSIGN_BEHIND_PROXY,
    publicUrl: e.COUNTERSIGN_PUBLIC_URL ?? null,
    outbox:
      e.COUNTERSIGN_OUTBOX === undefined
        ? isLoopback(e.COUNTERSIGN_HOST) && !e.COUNTERSIGN_BEHIND_PROXY
        : e.COUNTERSIGN_OUTBOX === '1',
    enrolmentsPerMinute: e.COUNTERSIGN_ENROLMENTS_PER_MINUTE,
    logLevel: e.COUNTERSIGN_LOG_LEVEL,
    logFile: e.COUNTERSIGN_LOG_FILE ?? null,
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CodedError('settings_malformed', { problems: `cannot read ${path}` }, { cause });
  }
}

/** The administrator's token: given, or made once and kept where only this user can read it. */
export function adminTokenOf(settings: Settings): string {
  if (settings.adminToken !== null) return settings.adminToken;
  mkdirSync(settings.data, { recursive: true, mode: 0o700 });
  if (!existsSync(settings.adminTokenFile)) {
    writeFileSync(settings.adminTokenFile, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true });
  }
  return readFileSync(settings.adminTokenFile, 'utf8').trim();
}
