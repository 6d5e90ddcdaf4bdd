// Where bare systems are built: in memory where there is enough, because they are a hundred thousand files for some minutes.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../setup/processes.mjs';
import { withProgress } from '../setup/progress.mjs';

const enoughMemoryKilobytes = 10_000_000;
const place = '/var/tmp';
const prefix = 'countersign-fresh-';

/** `remove` leaves nothing. Of what is in memory an empty folder is left even without it. */
export interface Workshop {
  folder: string;
  remove(): Promise<void>;
}

/** Only for a process that has its mounts to itself. */
export async function openWorkshop(): Promise<Workshop> {
  for (const name of leftovers()) await remove(join(place, name));
  const folder = mkdtempSync(join(place, `${prefix}${process.pid}-`));
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
  if (available < enoughMemoryKilobytes) return { folder, remove: () => remove(folder) };
  await run('mount', ['-t', 'tmpfs', '-o', 'mode=700,size=8g', 'tmpfs', folder]);
  return {
    folder,
    async remove() {
      await run('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
}

/** Nothing is mounted in there, not even while it is used: what is mounted is seen by those inside alone. */
function remove(folder: string): Promise<void> {
  const work = () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  return withProgress(`Removing ${folder}`, work);
}

/** Of runs that were killed. */
function leftovers(): string[] {
  return readdirSync(place).filter((name) => {
    const pid = name.startsWith(prefix) ? /^\d+/.exec(name.slice(prefix.length))?.[0] : undefined;
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  });
}
