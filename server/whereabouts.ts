import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileNames = { pid: 'server.pid', url: 'server.url' } as const;

/**
 * Two plain files in the data folder, for people and for other commands: `kill $(cat data/server/server.pid)`. After a crash they
 * are still there, so whoever reads them asks the server itself.
 */
export function leaveWhereabouts(data: string, url: string): void {
  writeFileSync(join(data, fileNames.url), `${url}\n`);
  writeFileSync(join(data, fileNames.pid), `${process.pid}\n`);
}

/** Takes them away, unless another server has come since. */
export function removeWhereabouts(data: string): void {
  if (readWhereabouts(data)?.pid !== process.pid) return;
  for (const name of Object.values(fileNames)) rmSync(join(data, name), { force: true });
}

export function readWhereabouts(data: string): { url: string; pid: number } | null {
  try {
    const [url, pid] = [fileNames.url, fileNames.pid].map((name) => readFileSync(join(data, name), 'utf8').trim());
    return url && Number.isInteger(Number(pid)) ? { url, pid: Number(pid) } : null;
  } catch {
    return null;
  }
}
