import { z } from 'zod';
import { isPin, pinLength } from '../../shared/pin.ts';
import { enrolmentOf, isProvisioned, mayProvision, provision, provisioningFile } from './kiosk-process.ts';

/** Lays out the enrolment that the settings describe. @returns where the kiosk belongs, for a person. @throws Error in words */
export function prepareEnrolment(data: string, settings: NodeJS.ProcessEnv): string {
  const server = settings.COUNTERSIGN_KIOSK_SERVER || undefined;
  const enrolment = enrolmentOf(data);
  if (enrolment !== null) {
    const { serverUrl, storeId } = enrolment;
    if (server !== undefined && server !== serverUrl) {
      throw new Error(
        `The kiosk in ${data} belongs to ${serverUrl}, not to ${server}. Name another folder with COUNTERSIGN_KIOSK_DATA, or reset this kiosk on its manager's screen.`,
      );
    }
    return `${serverUrl}, enrolled for store ${storeId}`;
  }
  const form = {
    serverUrl: server ?? 'http://127.0.0.1:4810',
    code: settings.COUNTERSIGN_KIOSK_CODE || undefined,
    pin: settings.COUNTERSIGN_KIOSK_PIN || undefined,
  };
  if (form.code !== undefined || form.pin !== undefined) {
    const parsed = settingsSchema.safeParse(form);
    if (!parsed.success) throw new Error(parsed.error.issues.map(({ message }) => message).join('\n'));
    // An earlier start with these settings left it, and nothing but its code can be out of date.
    const { serverUrl, pin } = parsed.data;
    const own = z.strictObject({ serverUrl: z.literal(serverUrl), code: z.string(), pin: z.literal(pin) });
    if (!mayProvision(data, own)) throw new Error(fileInTheWay(data));
    provision(data, parsed.data);
    return `${form.serverUrl}, with the code of COUNTERSIGN_KIOSK_CODE`;
  }
  if (isProvisioned(data)) return `the one that ${provisioningFile(data)} names`;
  return 'none yet: the first screen asks for its address, a one-time code from head office and a PIN';
}

const fileInTheWay = (data: string): string =>
  `${provisioningFile(data)} is there already, and it is not for the server and PIN of these settings. To enrol with the file, start ` +
  'without COUNTERSIGN_KIOSK_CODE and COUNTERSIGN_KIOSK_PIN; to enrol with the settings, move the file away first.';

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
