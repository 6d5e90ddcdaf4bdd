import { join } from 'node:path';
import demo from '../../server/modules/configuration/demo.json' with { type: 'json' };
import { loadConfiguration } from '../../server/modules/configuration/loader.ts';
import type { Configuration } from '../../shared/configuration.ts';
import type {
  IpcChannel,
  IpcResult,
  KioskState,
  ManagerStatus,
  ProvisioningProblem,
} from '../../shared/contracts/ipc.ts';
import { root } from '../setup/paths.mjs';

/** What a kiosk stands in when it is looked at: what head office has configured, and what is wrong with it. */
interface Shop {
  /** What of the kiosk's own configuration is different. */
  changes?: Partial<Configuration>;
  /** Where it is no enrolled kiosk. */
  state?: Extract<KioskState, { state: 'not_enrolled' | 'stopped' }>;
  /** What the main process answers there, whatever it is asked. */
  answers?: Partial<Record<IpcChannel, IpcResult<unknown>>>;
  languages: readonly string[];
  /** The screen that it begins with. */
  first: string;
}

/** Long enough to look at every screen in peace. */
const patient = { idleWarningSeconds: 600, idleCountdownSeconds: 120, savedSeconds: 120, longestSessionSeconds: 900 };
const america = loadConfiguration(join(root, 'server', 'modules', 'configuration', 'demo-us.json')).forStore(
  'oakland-01',
  null,
);
const usual = { languages: demo.languages, first: 'attract' };

const refuses = (code: string): NonNullable<Shop['answers']> => ({
  'capture:save': { ok: false, error: { code, details: {} } },
});

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

/** A week without a network, and one record that the server did not take, one that cannot be read any more. */
const cutOff: ManagerStatus = {
  kioskId: '1dcd3240-9a08-4c6c-8f64-4114aa3b0ffd',
  storeId: 'leeds-01',
  serverUrl: 'https://consent.example.com',
  applicationVersion: '0.1.0',
  runtime: 'Electron 45.4.1',
  freeBytes: 84e9,
  keyring: 'available',
  staffPin: true,
  sync: {
    online: false,
    running: false,
    unsent: 137,
    refused: 1,
    damaged: 1,
    oldestUnsentAt: hoursAgo(170),
    delivered: 1204,
    lastAttemptAt: hoursAgo(0.2),
    lastSuccessAt: hoursAgo(170),
    resultCode: 'unreachable',
    progress: null,
  },
  recent: Array.from({ length: 20 }, (_, at) => ({
    sequence: 1343 - at,
    receiptCode: `7K3M-Q${String(10 + at)}V`,
    capturedAt: hoursAgo(at * 12 + 1),
    state: at < 12 ? 'unsent' : at < 13 ? 'refused' : at < 14 ? 'damaged' : 'countersigned',
    countersignedAt: at < 14 ? null : hoursAgo(at * 12),
  })),
};

/** Head office has switched it off. */
const revoked: ManagerStatus = {
  ...cutOff,
  sync: { ...cutOff.sync, online: true, unsent: 3, refused: 0, damaged: 0, resultCode: 'kiosk_revoked' },
};

const savedOffline = {
  receiptCode: '7K3M-Q0XV',
  manageUrl: 'https://consent.example.com/m/AAAAAAAAAAAAAAAAAAAAAA',
  online: false,
};

const onlyHere = { code: 'reset_refused_unsent', details: { unsent: 3, mayDiscard: true } };

const provisioning = '/home/kiosk/.config/countersign/provisioning.json';

const notEnrolled = (problem: ProvisioningProblem | null): NonNullable<Shop['state']> => ({
  state: 'not_enrolled',
  applicationVersion: '',
  provisioning: problem,
});

/** Those whose main process answers otherwise come last: it goes on doing so. */
export const shops = {
  open: { ...usual, changes: { timeouts: patient } },
  brisk: { ...usual, changes: { timeouts: { ...patient, idleWarningSeconds: 2 } } },
  america: {
    changes: { ...america, age: null, timeouts: patient },
    languages: america.languages,
    first: 'attract',
  },
  nearby: { ...usual, changes: { countries: { accepted: ['GB', 'IE', 'FR'], texted: 'all' }, timeouts: patient } },
  paused: { ...usual, changes: { paused: true }, first: 'paused' },
  young: { ...usual, changes: { age: { threshold: 13, guardian: true }, timeouts: patient } },
  strict: { ...usual, changes: { age: { threshold: 13, guardian: false } } },
  unpacked: { ...usual, state: notEnrolled(null), first: 'setup' },
  shortPin: {
    ...usual,
    state: notEnrolled({ code: 'provisioning_field_malformed', field: 'pin', path: provisioning, retrying: false }),
    first: 'setup',
  },
  noServer: {
    ...usual,
    state: notEnrolled({ code: 'unreachable', field: '', path: provisioning, retrying: true }),
    first: 'setup',
  },
  damaged: {
    ...usual,
    state: { state: 'stopped', applicationVersion: '', reason: 'database_damaged' },
    first: 'stopped',
  },
  cutOff: { ...usual, answers: { 'manager:status': { ok: true, value: cutOff } } },
  revoked: {
    ...usual,
    state: { state: 'stopped', applicationVersion: '', reason: 'kiosk_revoked' },
    first: 'stopped',
    answers: { 'manager:status': { ok: true, value: revoked }, 'manager:reset': { ok: false, error: onlyHere } },
  },
  offline: { ...usual, changes: { timeouts: patient }, answers: { 'capture:save': { ok: true, value: savedOffline } } },
  locked: { ...usual, changes: { timeouts: patient }, answers: refuses('storage_failed') },
  full: { ...usual, changes: { timeouts: patient }, answers: refuses('storage_full') },
} as const satisfies Record<string, Shop>;

export type ShopName = keyof typeof shops;

export const shopNames = Object.keys(shops) as ShopName[];

export const shopOf = (name: ShopName): Shop => shops[name];
