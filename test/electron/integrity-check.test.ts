import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type EnrolledFolder, enrolledFolder } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication } from '../support/kiosk.ts';

/** A kiosk with more in its database than is read before the window opens. */
async function largeKiosk(): Promise<EnrolledFolder & { path: string }> {
  const enrolled = await enrolledFolder();
  const path = join(enrolled.folder, 'kiosk.db');
  const database = new SqliteDatabase(path);
  database.pragma('synchronous = OFF');
  const insert = database.prepare(
    `INSERT INTO records (sequence, header, body_hash, sealed, signature, chain_hash) VALUES (?, '{}', '', zeroblob(1048576), '', 'c')`,
  );
  for (let sequence = 1; sequence <= 40; sequence++) insert.run(sequence);
  database.close();
  return { ...enrolled, path };
}

function damage(path: string, offset: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, offset);
  closeSync(file);
}

const recordsIn = (path: string): unknown => {
  const database = new SqliteDatabase(path, { readonly: true });
  const count = database.prepare('SELECT max(sequence) FROM records').pluck().get();
  database.close();
  return count;
};

describe('a kiosk with a large database', () => {
  it('shows its first screen at once, and saves when the database was read', async () => {
    const { folder, configuration, path } = await largeKiosk();
    const application = openApplication(folder);
    expect(application.state().state).toBe('ready');
    await application.handlers()['capture:save'](draftFor(configuration, britishMobile(1)));
    await application.close();
    expect(recordsIn(path)).toBe(41);
  });

  it('stops when a page far from what it uses is torn, and nothing was written', async () => {
    const { folder, configuration, path } = await largeKiosk();
    damage(path, 20 * 1024 * 1024);
    const application = openApplication(folder);
    const [save, unlock] = [
      application.handlers()['capture:save'](draftFor(configuration, britishMobile(1))),
      application.handlers()['manager:unlock']({ pin: '000000' }),
    ];
    await expect(save).rejects.toMatchObject({ code: 'storage_failed' });
    await expect(unlock).rejects.toMatchObject({ code: 'storage_failed' });
    expect(application.state()).toMatchObject({ state: 'stopped', reason: 'database_damaged' });
    await application.close();
    expect(recordsIn(path)).toBe(40);
  });

  it('can be switched off while it is being read', async () => {
    const { folder, path } = await largeKiosk();
    await openApplication(folder).close();
    expect(recordsIn(path)).toBe(40);
  });
});

describe('a kiosk with a small database', () => {
  it('has read it before its first screen', async () => {
    const { folder } = await enrolledFolder();
    damage(join(folder, 'kiosk.db'), 4096);
    const application = openApplication(folder);
    expect(application.state()).toMatchObject({ state: 'stopped', reason: 'database_damaged' });
    await application.close();
  });
});
