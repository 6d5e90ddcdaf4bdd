// Where bare systems are built: in memory where there is enough, because they are a hundred thousand files for some minutes.
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../setup/processes.mjs';
import { withProgress } from '../setup/progress.mjs';

const enoughMemoryKilobytes = 10_000_000;
const inMemory = '/mnt';
const onDisk = '/var/tmp';
const prefix = 'countersign-fresh-';

/** `remove` leaves nothing; what is in memory goes with this process even without it. */
export interface Workshop {
  folder: string;
  remove(): Promise<void>;
}

/** Only for a process that has its mounts to itself. */
export async function openWorkshop(): Promise<Workshop> {
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
  if (available > enoughMemoryKilobytes) {
    await run('mount', ['-t', 'tmpfs', '-o', 'mode=700,size=8g', 'tmpfs', inMemory]);
    return { folder: inMemory, remove: async () => undefined };
  }
  for (const name of leftovers()) await remove(join(onDisk, name));
  const folder = mkdtempSync(join(onDisk, `${prefix}${process.pid}-`));
  return { folder, remove: () => remove(folder) };
}

/** Nothing is mounted in there, not even while it is used: what is mounted is seen by those inside alone. */
function remove(folder: string): Promise<void> {
  const work = () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  return withProgress(`Removing ${folder}`, work);
}

/** Of runs that were killed. */
function leftovers(): string[] {
  return readdirSync(onDisk).filter((name) => {
    const pid = name.startsWith(prefix) ? /^\d+/.exec(name.slice(prefix.length))?.[0] : undefined;
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  });
}
