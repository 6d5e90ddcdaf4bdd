import { rmSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { CaptureDraft } from '../../../shared/contracts/ipc.ts';
import { enrolledFolder } from '../../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication } from '../../support/kiosk.ts';
import { timed } from './interleave.ts';

/** The kiosk's own application without a window; its server cannot be reached. */
export interface IdleKiosk {
  folder: string;
  /** Lets one customer save a number. @returns how long the saving took, in milliseconds. */
  capture(): Promise<number>;
  close(): Promise<void>;
}

/** @param backlog how many records wait in it already, to be sent. */
export async function openIdleKiosk(backlog: number): Promise<IdleKiosk> {
  const { folder, configuration } = await enrolledFolder();
  let application = openApplication(folder);
  let customers = 0;
  const capture = async () => {
    const draft: CaptureDraft = draftFor(configuration, britishMobile(customers++ % 100_000));
    return await timed(() => application.handlers()['capture:save'](draft));
  };
  await capture();
  await application.close();
  fillLedger(join(folder, 'kiosk.db'), backlog - 1);
  application = openApplication(folder);
  return {
    folder,
    capture,
    async close() {
      await application.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Copies the one record that is there, each with its own place and other sealed bytes: the server alone would look into it. */
function fillLedger(path: string, count: number): void {
  const database = new SqliteDatabase(path);
  database.pragma('synchronous = OFF');
  database.transaction(() => {
    database
      .prepare(
        `WITH RECURSIVE next (sequence) AS (SELECT 2 UNION ALL SELECT sequence + 1 FROM next WHERE sequence < ?)
         INSERT INTO records (sequence, header, body_hash, sealed, signature, chain_hash)
         SELECT next.sequence, json_set(header, '$.sequence', next.sequence), body_hash, randomblob(length(sealed)), signature, hex(randomblob(21)) || 'A'
         FROM next, records WHERE records.sequence = 1`,
      )
      .run(count + 1);
  })();
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}
