/** Started by apart.ts, with mounts of its own. */
import { visitFreshMachines } from './visit.ts';

process.exitCode = (await visitFreshMachines()) ? 0 : 1;
