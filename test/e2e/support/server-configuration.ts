import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import demo from '../../../server/modules/configuration/demo.json' with { type: 'json' };
import type { Configuration } from '../../../shared/configuration.ts';
import type { Shop } from './shop.ts';

/** What of the demo's configuration a test changes. */
export type Change = Partial<Omit<typeof demo, 'age' | 'words' | 'countries'>> &
  Partial<Pick<Configuration, 'age' | 'words'>> & { countries?: Configuration['countries'] | typeof demo.countries };

/** Gives the shop's server the demo's configuration with something changed. */
export function configure(shop: Shop, change: Change): void {
  const path = join(shop.folder, 'configuration.json');
  writeFileSync(path, JSON.stringify({ ...demo, ...change }));
  shop.serverEnvironment.COUNTERSIGN_CONFIGURATION = path;
}
