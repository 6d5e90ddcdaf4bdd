/** `npm run kiosk`: a kiosk alone, on a data folder of one's choice and with any server. Settings are environment variables. */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { isPin, pinLength } from '../../shared/pin.ts';
import { buildKiosk } from '../build.ts';
import {
  enrolmentOf,
  isProvisioned,
  openKiosk,
  provision,
  requireNoKioskOn,
  windowSetting,
} from '../local/kiosk-process.ts';
import { toldToEnd } from '../local/told-to-end.ts';

const data = resolve(process.env.COUNTERSIGN_KIOSK_DATA || join('data', 'kiosk'));
const form = {
  serverUrl: process.env.COUNTERSIGN_KIOSK_SERVER || 'http://127.0.0.1:4810',
  code: process.env.COUNTERSIGN_KIOSK_CODE || undefined,
  pin: process.env.COUNTERSIGN_KIOSK_PIN || undefined,
};

async function run(): Promise<void> {
  const size = windowSetting();
  requireNoKioskOn(data);
  const enrolment = prepareEnrolment();
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

/** Lays out the enrolment that the settings describe. @returns where the kiosk belongs, for a person. @throws Error in words */
function prepareEnrolment(): string {
  const enrolment = enrolmentOf(data);
  if (enrolment !== null) {
    const { serverUrl, storeId } = enrolment;
    const other = process.env.COUNTERSIGN_KIOSK_SERVER;
    if (other && other !== serverUrl) {
      throw new Error(
        `The kiosk in ${data} belongs to ${serverUrl}, not to ${other}. Name another folder with COUNTERSIGN_KIOSK_DATA, or reset this kiosk on its manager's screen.`,
      );
    }
    return `${serverUrl}, enrolled for store ${storeId}`;
  }
  if (form.code !== undefined || form.pin !== undefined) {
    const parsed = settingsSchema.safeParse(form);
    if (!parsed.success) throw new Error(parsed.error.issues.map(({ message }) => message).join('\n'));
    provision(data, parsed.data);
    return `${form.serverUrl}, with the code of COUNTERSIGN_KIOSK_CODE`;
  }
  if (isProvisioned(data)) return `the one that ${join(data, 'provisioning.json')} names`;
  return 'none yet: the first screen asks for its address, a one-time code from head office and a PIN';
}

const settingsSchema = z.object({
  serverUrl: z.url({
    protocol: /^https?$/,
    error: 'COUNTERSIGN_KIOSK_SERVER is an address like https://consent.example.',
  }),
  code: z.string('COUNTERSIGN_KIOSK_CODE is missing: the one-time code from head office.'),
  pin: z
    .string('COUNTERSIGN_KIOSK_PIN is missing: the PIN for the manager of the store.')
    .refine(isPin, `COUNTERSIGN_KIOSK_PIN has ${pinLength.least} to ${pinLength.most} digits.`),
});

try {
  await run();
  process.exit(0);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
