/** `npm start`: the central server, a demo kiosk enrolled with it, and the kiosk's window, all on this machine. */
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildKiosk } from '../build.ts';
import { demoPin, demoStore, provisionDemoKiosk } from '../local/demo-kiosk.ts';
import { findRunningServer, type HeadOffice } from '../local/head-office.ts';
import { enrolmentOf, type OpenKiosk, openKiosk, requireNoKioskOn, windowSetting } from '../local/kiosk-process.ts';
import { startServer } from '../local/server-process.ts';
import { toldToEnd } from '../local/told-to-end.ts';

const serverData = resolve(process.env.COUNTERSIGN_SERVER_DATA || join('data', 'server'));
const kioskData = resolve(process.env.COUNTERSIGN_KIOSK_DATA || join('data', 'kiosk'));
const port = Number(process.env.COUNTERSIGN_PORT || 4810);

async function start(): Promise<void> {
  const size = windowSetting();
  await buildKiosk();
  requireNoKioskOn(kioskData);
  const running = await findRunningServer(serverData);
  console.log(
    running ? `Using the central server that runs already (${running.url}).` : 'Starting the central server …',
  );
  const own = running === null ? await startServer(serverData, port) : null;
  const server = running ?? own;
  if (server === null) return;
  const told = toldToEnd();
  let kiosk: OpenKiosk | null = null;
  let ending = false;
  try {
    await provisionDemoKiosk(kioskData, server);
    console.log('Opening the kiosk …');
    kiosk = openKiosk(kioskData, size);
    const { gone } = kiosk;
    void own?.gone.then(() => !ending && console.log(serverGone()));
    void reportReady(server, gone);
    const complaint = await Promise.race([gone, told.then(() => null)]);
    if (complaint !== null) throw new Error(`The kiosk broke off; see ${join(kioskData, 'kiosk.log')}\n${complaint}`);
  } finally {
    ending = true;
    console.log('\nStopping …');
    await kiosk?.stop();
    await own?.stop();
  }
  console.log(
    `Stopped. Everything is kept for the next start.${running ? ' The server goes on: it was there before.' : ''}`,
  );
}

/** Says where everything is once the server has heard from the kiosk in this run. */
async function reportReady(server: HeadOffice & { pid: number }, kioskGone: Promise<unknown>): Promise<void> {
  const seen = await Promise.race([kioskSeen(server), kioskGone.then(() => null)]);
  if (seen === null) return;
  if (!seen) console.log(`\nThe server has not heard from the kiosk for a minute; see ${join(kioskData, 'kiosk.log')}`);
  const pin =
    enrolmentOf(kioskData)?.storeId === demoStore ? `PIN ${demoPin}` : 'and the PIN that it was enrolled with';
  console.log(`
  Kiosk          the window that just opened; its data is in ${kioskData}
  Manager        five taps in the top corner of the first screen (or Ctrl+Alt+M), ${pin}
  Central server ${server.url}  (health: /health, API: /openapi.json); its data is in ${serverData}
  Texts          none leaves this machine; they are shown on ${server.outboxUrl}
  Head office    the administrator's token is in ${join(serverData, 'admin-token')}
  Try offline    in another terminal, stop the server: kill ${server.pid}
                 the kiosk goes on; bring the server back with: ${serverCommand}
  Start afresh   stop, then delete these two folders
  Stop           Ctrl-C, or close the kiosk's window
`);
  console.log('Countersign is ready');
}

const serverCommand = port === 4810 ? 'npm run server' : `COUNTERSIGN_PORT=${port} npm run server`;

const serverGone = (): string => `
The central server has stopped. The kiosk is offline and goes on: whatever is saved waits on it.
Bring the server back in another terminal: ${serverCommand}
`;

async function kioskSeen(server: HeadOffice): Promise<boolean> {
  const since = Date.now();
  while (Date.now() - since < 60_000) {
    // The server may be stopped meanwhile: then there is no answer, and nothing to report yet.
    const answer = await server.askAsHeadOffice('GET', '/v1/kiosks').catch(() => ({ kiosks: [] }));
    const { kiosks } = answer as { kiosks: { lastSeenAt: string | null }[] };
    if (kiosks.some(({ lastSeenAt }) => lastSeenAt !== null && Date.parse(lastSeenAt) >= since - 1000)) return true;
    await delay(300);
  }
  return false;
}

try {
  await start();
  process.exit(0);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
