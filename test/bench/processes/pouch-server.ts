import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import expressPouchDB from 'express-pouchdb';
import PouchDB from 'pouchdb';
import { answerParent } from '../harness/child.ts';

/** As its documentation recommends for a server that is only replicated to: LevelDB, the routes of replication and no others. */
async function serve({ folder }: { folder: string }): Promise<string> {
  const app = express();
  const databases = PouchDB.defaults({ prefix: join(folder, 'pouch-') });
  app.use(
    expressPouchDB(databases, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: join(folder, 'log.txt') }),
  );
  const server = await new Promise<ReturnType<typeof app.listen>>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

answerParent({ serve });
