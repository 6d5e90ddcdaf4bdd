import type { ProvisioningProblem } from '../../shared/contracts/ipc.ts';
import { pinLength } from '../../shared/pin.ts';
import type { MessageId, Say } from '../words/words.tsx';

/** Why the kiosk has not joined, in words; every code that is not here is named to whoever sets the kiosk up. */
const refusals: Readonly<Record<string, MessageId>> = {
  server_url_malformed: 'setup.error.server',
  server_url_insecure: 'setup.error.insecure',
  enrolment_code_refused: 'setup.error.codeRefused',
  unreachable: 'setup.error.unreachable',
  not_ready: 'setup.error.unreachable',
  untrusted_answer: 'setup.error.untrusted',
  pins_equal: 'staffPin.equal',
  provisioning_unreadable: 'setup.file.unreadable',
  provisioning_not_json: 'setup.file.notJson',
  provisioning_field_missing: 'setup.file.missing',
  provisioning_field_unknown: 'setup.file.unknown',
  provisioning_field_malformed: 'setup.file.malformed',
};

/** Fields that have a form of their own. */
const malformed: Readonly<Record<string, MessageId>> = {
  serverUrl: 'setup.error.server',
  pin: 'setup.file.pin',
  staffPin: 'setup.file.pin',
};

export function refusalText(code: string, say: Say): string {
  return say(refusals[code] ?? 'setup.error.other', { code });
}

export function fileProblemText({ code, field }: ProvisioningProblem, say: Say): string {
  const special = code === 'provisioning_field_malformed' ? malformed[field] : undefined;
  return say(special ?? refusals[code] ?? 'setup.error.other', { code, field, ...pinLength });
}
