import { join } from 'node:path';
import { _electron, type ElectronApplication } from '@playwright/test';
import { pressByHand } from '../../test/e2e/support/hand.ts';
import { kioskLaunch, provision } from '../local/kiosk-process.ts';
import { startServer } from '../local/server-process.ts';
import { Stage } from './harness.ts';
import { managerPin } from './visitor.ts';

export interface OpenStage {
  readonly stage: Stage;
  readonly application: ElectronApplication;
  /** Where the server shows the texts that it would send. */
  readonly outbox: string;
  close(): Promise<void>;
}

/** A server and the real kiosk, enrolled with it, both with their data in the folder. */
export async function openStage(folder: string): Promise<OpenStage> {
  const data = join(folder, 'kiosk');
  const server = await startServer(join(folder, 'server'), 0);
  try {
    provision(data, { serverUrl: server.url, code: await server.createEnrolmentCode('gallery'), pin: managerPin });
    const application = await launch(data);
    const page = await application.firstWindow();
    page.setDefaultTimeout(15_000);
    pressByHand(page);
    return {
      stage: await Stage.of(application, page),
      application,
      outbox: server.outboxUrl,
      async close() {
        await application.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The test library would end this process at Ctrl-C as soon as its windows are gone, and leave the server behind. */
async function launch(data: string): Promise<ElectronApplication> {
  const own = process.listeners('SIGINT');
  const application = await _electron.launch(kioskLaunch(data, '1280x800'));
  for (const listener of process.listeners('SIGINT')) if (!own.includes(listener)) process.off('SIGINT', listener);
  return application;
}
