import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBinaries, reachableBinaries } from '../../server/platform/embedded-postgres/binaries.ts';
import { startEmbedded } from '../../server/platform/embedded-postgres/embedded.ts';
import { ownerForPostgres, readPostmaster } from '../../server/platform/embedded-postgres/process.ts';

/** Everybody but root runs the database as themselves, and can enter what is theirs. */
const asRoot = process.getuid?.() === 0;

let closed: string;
let open: string;

beforeEach(() => {
  closed = mkdtempSync(join(tmpdir(), 'für root allein '));
  open = mkdtempSync(join(tmpdir(), 'countersign-open-'));
  chmodSync(closed, 0o700);
  chmodSync(open, 0o755);
});
afterEach(() => {
  for (const folder of [closed, open]) rmSync(folder, { recursive: true, force: true });
});

const quick = ['-c', 'fsync=off'];

async function ask(url: string, query: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(query)).rows[0];
  } finally {
    await client.end();
  }
}

/** What the kernel says of the postmaster and of every process it has started. */
function rightsOf(data: string): Record<string, string | undefined>[] {
  const postmaster = readPostmaster(data)?.pid;
  if (postmaster === undefined) throw new Error('no PostgreSQL runs on this folder');
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const statuses = numbers.flatMap((number) => {
    try {
      return [readFileSync(`/proc/${number}/status`, 'utf8')];
    } catch {
      // It has just ended.
      return [];
    }
  });
  const field = (status: string, name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1];
  return statuses
    .filter((status) => [field(status, 'Pid'), field(status, 'PPid')].includes(String(postmaster)))
    .map((status) =>
      Object.fromEntries(
        ['Uid', 'CapInh', 'CapPrm', 'CapEff', 'CapAmb', 'NoNewPrivs'].map((name) => [name, field(status, name)]),
      ),
    );
}

test.runIf(asRoot)(
  'found 2: in a folder that is for root alone the database starts without any of root’s rights, and starts again',
  async () => {
    const folder = join(closed, 'shop ä', 'server');
    const data = join(folder, 'postgres');
    const first = await startEmbedded(folder, quick);
    await ask(first.url, 'create table kept as select 1 as number');
    const rights = rightsOf(data);
    expect(rights.length).toBeGreaterThan(3);
    const none = '0000000000000000';
    for (const one of rights) {
      expect(one).toMatchObject({ CapInh: none, CapPrm: none, CapEff: none, CapAmb: none, NoNewPrivs: '1' });
      expect(Number(one.Uid)).toBeGreaterThan(0);
    }
    await first.stop();

    // Moved as a whole, and killed in between: nothing outside knows of the folder.
    const moved = join(closed, 'moved');
    execFileSync('mv', [folder, moved]);
    const second = await startEmbedded(moved, quick);
    process.kill(readPostmaster(join(moved, 'postgres'))?.pid ?? 0, 'SIGKILL');
    await expect
      .poll(() => ask(second.url, 'select number from kept').catch(() => null), { timeout: 20_000 })
      .toEqual({ number: 1 });
    await second.stop();

    rmSync(moved, { recursive: true });
    const afresh = await startEmbedded(moved, quick);
    expect(await ask(afresh.url, "select to_regclass('kept') as kept")).toEqual({ kept: null });
    await afresh.stop();
  },
  60_000,
);

test.runIf(asRoot)(
  'found 2: programs that are for root alone are copied once for each version, to where everybody can run them',
  async () => {
    const owner = ownerForPostgres();
    const found = await findBinaries();
    expect(await reachableBinaries(found, null, join(open, 'unused'))).toEqual(found);
    const distribution = dirname(dirname(found.postgres));
    const checkout = join(closed, 'check out ä');
    cpSync(distribution, join(checkout, 'native'), { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(checkout, 'package.json'), '{"version": "1.2.3"}');
    execFileSync('chmod', ['-R', 'go=', checkout]);
    const place = join(open, 'lib');
    mkdirSync(join(place, 'postgresql-1.0.0.unfinished-999999999'), { recursive: true });
    const inCheckout = (program: string) => join(checkout, 'native', 'bin', program);
    const closedBinaries = { initdb: inCheckout('initdb'), postgres: inCheckout('postgres') };

    const [copies, atTheSameTime] = await Promise.all(
      [1, 2].map(() => reachableBinaries(closedBinaries, owner, place)),
    );
    expect(copies?.postgres).toBe(join(place, 'postgresql-1.2.3', 'bin', 'postgres'));
    expect(atTheSameTime).toEqual(copies);
    expect(readdirSync(place)).toEqual(['postgresql-1.2.3']);
    const writable = execFileSync('find', [place, '-perm', '/022', '-not', '-type', 'l'], { encoding: 'utf8' });
    expect(writable).toBe('');

    // A second look copies nothing, a damaged copy is made anew.
    rmSync(closedBinaries.postgres);
    expect(await reachableBinaries(closedBinaries, owner, place)).toEqual(copies);
    cpSync(found.postgres, closedBinaries.postgres);
    writeFileSync(copies?.postgres ?? '', 'cut off');
    expect(await reachableBinaries(closedBinaries, owner, place)).toEqual(copies);
    expect(existsSync(copies?.postgres ?? '')).toBe(true);
    await expect(
      reachableBinaries(closedBinaries, owner, join(checkout, 'package.json', 'place')),
    ).rejects.toMatchObject({
      code: 'database_not_started',
      details: { said: expect.stringContaining('may not enter') },
    });
  },
  60_000,
);
