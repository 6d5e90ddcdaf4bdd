import { join } from 'node:path';
import demo from '../../server/configuration/demo.json' with { type: 'json' };
import { loadConfiguration } from '../../server/configuration/loader.ts';
import type { Configuration } from '../../shared/configuration.ts';
import type { KioskState } from '../../shared/contracts/ipc.ts';
import { root } from '../setup/paths.mjs';

/** What a kiosk stands in when it is looked at: what head office has configured, and what is wrong with it. */
interface Shop {
  /** What of the kiosk's own configuration is different. */
  changes?: Partial<Configuration>;
  /** Where it is no enrolled kiosk. */
  state?: Extract<KioskState, { state: 'not_enrolled' | 'stopped' }>;
  /** What the main process answers when a number is saved. */
  refusal?: 'storage_failed' | 'storage_full';
  languages: readonly string[];
  /** The screen that it begins with. */
  first: string;
}

/** Long enough to look at every screen in peace. */
const patient = { idleWarningSeconds: 600, idleCountdownSeconds: 120, savedSeconds: 120 };
const america = loadConfiguration(join(root, 'server', 'configuration', 'demo-us.json')).forStore('oakland-01', null);
const usual = { languages: demo.languages, first: 'attract' };

/** Those that refuse to save come last: a kiosk that has begun to refuse goes on doing so. */
export const shops = {
  open: { ...usual, changes: { timeouts: patient } },
  brisk: { ...usual, changes: { timeouts: { ...patient, idleWarningSeconds: 2 } } },
  america: {
    changes: { ...america, age: null, timeouts: patient },
    languages: america.languages,
    first: 'attract',
  },
  paused: { ...usual, changes: { paused: true }, first: 'paused' },
  young: { ...usual, changes: { age: { threshold: 13, guardian: true }, timeouts: patient } },
  strict: { ...usual, changes: { age: { threshold: 13, guardian: false } } },
  unpacked: { ...usual, state: { state: 'not_enrolled', applicationVersion: '' }, first: 'setup' },
  damaged: {
    ...usual,
    state: { state: 'stopped', applicationVersion: '', reason: 'database_damaged' },
    first: 'stopped',
  },
  locked: { ...usual, changes: { timeouts: patient }, refusal: 'storage_failed' },
  full: { ...usual, changes: { timeouts: patient }, refusal: 'storage_full' },
} as const satisfies Record<string, Shop>;

export type ShopName = keyof typeof shops;

export const shopNames = Object.keys(shops) as ShopName[];

export const shopOf = (name: ShopName): Shop => shops[name];
