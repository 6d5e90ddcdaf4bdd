/** `npm start`: the central server, a demo kiosk enrolled with it, and the kiosk's window, all on this machine. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildKiosk } from '../build.ts';
import { hasKiosk, kioskLaunch, provision } from '../local/kiosk-process.ts';
import { type LocalServer, startServer } from '../local/server-process.ts';
import { root } from '../setup/paths.mjs';

const serverData = join(root, 'data', 'server');
const kioskData = join(root, 'data', 'kiosk');
const port = Number(process.env.COUNTERSIGN_PORT ?? 4810);
const demoStore = 'demo-store';
const demoPin = '246810';

async function start(): Promise<void> {
  await buildKiosk();
  const again = hasKiosk(kioskData);
  console.log('Starting the central server …');
  const server = await startServer(serverData, port);
  if (!again) {
    const code = await server.createEnrolmentCode(demoStore);
    provision(kioskData, { serverUrl: server.url, code, pin: demoPin });
  }
  console.log('Opening the kiosk …');
  const { executablePath, args, env } = kioskLaunch(kioskData, process.env.COUNTERSIGN_WINDOW ?? '1280x800');
  const kiosk = spawn(executablePath, args, { env, stdio: 'ignore', detached: true });
  const gone = new Promise<void>((resolve) => kiosk.once('exit', () => resolve()));

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    if (kiosk.exitCode === null) kiosk.kill('SIGTERM');
    await gone;
    await server.stop();
    console.log('Stopped. Everything is kept for the next start.');
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  void gone.then(stop);
  server.process.once('exit', stop);

  await kioskSeen(server);
  console.log(`
  Kiosk          the window that just opened; its data is in ${kioskData}
  Manager        five taps in the top corner of the first screen (or Ctrl+Alt+M), PIN ${demoPin}
  Central server ${server.url}  (health: /health, API: /openapi.json); its data is in ${serverData}
  Texts          none leaves this machine; they are shown on ${server.url}/outbox
  Head office    the administrator's token is in ${join(serverData, 'admin-token')}
  Start afresh   stop, then delete ${join(root, 'data')}
  Stop           Ctrl-C, or close the kiosk's window
`);
  console.log('Countersign is ready');
}

/** Waits until the server has heard from the kiosk in this run. */
async function kioskSeen(server: LocalServer): Promise<void> {
  const since = Date.now();
  for (;;) {
    const { kiosks } = (await server.askAsHeadOffice('GET', '/v1/kiosks')) as {
      kiosks: { lastSeenAt: string | null }[];
    };
    if (kiosks.some(({ lastSeenAt }) => lastSeenAt !== null && Date.parse(lastSeenAt) >= since - 1000)) return;
    if (Date.now() - since > 60_000)
      throw new Error(`The kiosk did not report within a minute; see ${join(kioskData, 'kiosk.log')}`);
    await delay(300);
  }
}

try {
  await start();
} catch (error) {
  console.error(`\nCountersign did not start. ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
