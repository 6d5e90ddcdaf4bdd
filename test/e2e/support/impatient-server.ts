import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import demo from '../../../server/configuration/demo.json' with { type: 'json' };
import type { Shop } from './shop.ts';

/** The shortest times that a configuration may have. */
const shortest = { idleWarningSeconds: 5, idleCountdownSeconds: 5, savedSeconds: 5 };

/** Gives the shop's server the demo's configuration with the shortest times. */
export function makeImpatient(shop: Shop): void {
  const path = join(shop.folder, 'impatient.json');
  writeFileSync(path, JSON.stringify({ ...demo, timeouts: shortest }));
  shop.serverEnvironment.COUNTERSIGN_CONFIGURATION = path;
}
