import type { SignedConfigurations } from './configuration/signed.ts';
import type { Database } from './database/connection.ts';
import type { ServerKeys } from './keys.ts';

/** What the routes are made of; server/main.ts builds it, tests build their own. */
export interface Parts {
  db: Database;
  keys: ServerKeys;
  configurations: SignedConfigurations;
  adminToken: string;
  clock: () => Date;
  /** Told after records were committed: there is something to open. */
  onStored: () => void;
  limits: { enrolmentsPerMinute: number };
}
