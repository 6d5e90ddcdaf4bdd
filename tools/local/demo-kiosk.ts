import { z } from 'zod';
import { isLoopback } from '../../shared/loopback.ts';
import type { HeadOffice } from './head-office.ts';
import { enrolmentOf, mayProvision, provision, provisioningFile } from './kiosk-process.ts';

export const demoStore = 'demo-store';
export const demoPin = '246810';

/** What an earlier start left; its code may be for another server by now. A file with any other member, another PIN or a server elsewhere is somebody's own. */
const demoFile = z.strictObject({
  serverUrl: z.string().refine((url) => URL.canParse(url) && isLoopback(new URL(url).hostname)),
  code: z.string(),
  pin: z.literal(demoPin),
});

/**
 * Lets the kiosk in this folder join the server when it starts. One that has joined stays as it is; a provisioning file that
 * somebody laid there is used, and never replaced.
 * @throws Error with what to do, if the kiosk belongs to another server.
 */
export async function provisionDemoKiosk(data: string, server: HeadOffice): Promise<void> {
  const enrolment = enrolmentOf(data);
  if (enrolment === null) {
    if (!mayProvision(data, demoFile)) {
      console.log(
        `The kiosk enrols with ${provisioningFile(data)}, which is not this command's own: it is left as it is.`,
      );
      return;
    }
    const code = await server.createEnrolmentCode(demoStore);
    provision(data, { serverUrl: server.url, code, pin: demoPin });
  } else if (enrolment.serverUrl !== server.url) {
    throw new Error(
      `The kiosk in ${data} belongs to the server at ${enrolment.serverUrl}, and this one is at ${server.url}. ` +
        `Start it at the old address again (COUNTERSIGN_PORT), or delete ${data} if nothing in it is needed.`,
    );
  }
}
