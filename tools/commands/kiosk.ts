/** `npm run kiosk`: a kiosk alone, on a data folder of one's choice and with any server. Settings are environment variables. */
import { join, resolve } from 'node:path';
import { buildKiosk } from '../build.ts';
import { prepareEnrolment } from '../local/kiosk-enrolment.ts';
import { openKiosk, requireNoKioskOn, windowSetting } from '../local/kiosk-process.ts';
import { toldToEnd } from '../local/told-to-end.ts';

const data = resolve(process.env.COUNTERSIGN_KIOSK_DATA || join('data', 'kiosk'));

async function run(): Promise<void> {
  const size = windowSetting();
  requireNoKioskOn(data);
  const enrolment = prepareEnrolment(data, process.env);
  await buildKiosk();
  console.log(`
  Data           ${data}
  Log            ${join(data, 'kiosk.log')}
  Server         ${enrolment}
  Manager        five taps in the top corner of the first screen (or Ctrl+Alt+M), and the PIN
  Stop           Ctrl-C, or close the kiosk's window
`);
  const told = toldToEnd();
  const kiosk = openKiosk(data, size);
  console.log('The kiosk is open');
  const complaint = await Promise.race([kiosk.gone, told.then(() => null)]);
  await kiosk.stop();
  if (complaint !== null) throw new Error(`The kiosk broke off; see ${join(data, 'kiosk.log')}\n${complaint}`);
  console.log('Stopped. Everything is kept for the next start.');
}

try {
  await run();
  process.exit(0);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
