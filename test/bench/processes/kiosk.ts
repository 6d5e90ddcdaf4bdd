import { cpSync, rmSync } from 'node:fs';
import { enrol } from '../../../electron/enrolment/enrolment.ts';
import { KioskDatabase } from '../../../electron/store/kiosk-database.ts';
import { configurationSchema } from '../../../shared/configuration.ts';
import type { SyncStatus } from '../../../shared/contracts/ipc.ts';
import { britishMobile, draftFor, openApplication, silentLog } from '../../support/kiosk.ts';
import { answerParent } from '../harness/child.ts';

/** Port 9 is "discard": nobody listens there. */
const nobody = 'http://127.0.0.1:9';

interface Filling {
  folder: string;
  serverUrl: string;
  code: string;
  count: number;
}

/** Enrols a kiosk and lets customers save numbers in it while it does not find the server. */
async function fill({ folder, serverUrl, code, count }: Filling): Promise<void> {
  const store = new KioskDatabase(folder, undefined);
  await enrol({ serverUrl, code, pin: '482913' }, '0.1.0', store, new Date());
  const [identity, signed] = [store.documents.read('identity'), store.documents.read('configuration')];
  if (identity === undefined || signed === undefined) throw new Error('not enrolled');
  store.documents.write('identity', { ...identity, serverUrl: nobody });
  store.close();

  const configuration = configurationSchema.parse(JSON.parse(signed.document));
  const application = openApplication(folder);
  const save = application.handlers()['capture:save'];
  for (let index = 0; index < count; index++) await save(draftFor(configuration, britishMobile(index)));
  await application.close();

  const filled = new KioskDatabase(folder, undefined);
  filled.documents.write('identity', identity);
  filled.close();
}

/**
 * The kiosk's own application with a copy of what was filled; its sync starts by itself, as after a power cut.
 * @returns the milliseconds until the server has countersigned everything and the kiosk has noted it durably.
 */
async function drain({ folder, copy }: { folder: string; copy: string }): Promise<number> {
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  const { promise: drained, resolve, reject } = Promise.withResolvers<void>();
  const onSync = ({ unsent, running, progress, resultCode }: SyncStatus) => {
    if (running || progress !== null) return;
    if (unsent === 0) resolve();
    else reject(new Error(`the sync ended with ${resultCode}, ${unsent} unsent`));
  };
  const application = openApplication(copy, silentLog, onSync);
  const started = performance.now();
  await drained;
  const milliseconds = performance.now() - started;
  await application.close();
  return milliseconds;
}

answerParent({ fill, drain });
