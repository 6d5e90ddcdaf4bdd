import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EnrolmentForm, enrolmentFormSchema } from '../shared/contracts/ipc.ts';
import { CodedError } from '../shared/errors.ts';
import type { KioskLog } from './log.ts';

/** For an engineer with a thousand kiosks: an enrolment form laid into the data folder, used once and deleted. */
const fileName = 'provisioning.json';
const retryMilliseconds = 2_000;
/** Nothing but the network can make these succeed later. */
const worthRetrying = new Set(['unreachable', 'untrusted_answer', 'not_ready', 'too_many_requests']);

/** Enrols with the file if there is one, trying again while the server cannot be reached. */
export async function enrolFromFile(
  folder: string,
  enrol: (form: EnrolmentForm) => Promise<void>,
  log: KioskLog,
): Promise<void> {
  const path = join(folder, fileName);
  const form = readForm(path, log);
  while (form !== undefined) {
    try {
      await enrol(form);
      break;
    } catch (error) {
      log.failure('enrolment from file failed', error);
      if (!(error instanceof CodedError && worthRetrying.has(error.code))) break;
      await delay(retryMilliseconds);
    }
  }
  rmSync(path, { force: true });
}

function readForm(path: string, log: KioskLog): EnrolmentForm | undefined {
  try {
    return enrolmentFormSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      log.failure('provisioning file unusable', error);
    return undefined;
  }
}
