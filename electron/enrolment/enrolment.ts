import { genesisHash } from '../../protocol/chain.ts';
import { readConfiguration } from '../../protocol/configuration.ts';
import { countersignatureHash, countersignatureHolds } from '../../protocol/countersignature.ts';
import { generateSigningKey, importPublicKey, keyId, type StoredKeyPair } from '../../protocol/signing.ts';
import type { EnrolmentForm } from '../../shared/contracts/ipc.ts';
import { type EnrolmentAnswer, enrolmentCodeSchema } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import { hashPin } from '../manager/pin.ts';
import { requestEnrolment } from '../server-client/server-connection.ts';
import { parseServerUrl } from '../server-client/server-url.ts';
import type { KioskDatabase } from '../store/kiosk-database.ts';

/**
 * Joins a server: makes the device key here, sends its public half with the one-time code, pins what the server answers.
 * All of it is stored in one transaction, so that a kiosk is enrolled or is not. The key is kept before anybody is asked: when an
 * answer is lost, the same code with the same key gets it once more.
 * @throws CodedError server_url_*, pins_equal, enrolment_code_refused, unreachable, untrusted_answer, configuration_*
 */
export async function enrol(
  form: EnrolmentForm,
  applicationVersion: string,
  store: KioskDatabase,
  now: Date,
): Promise<void> {
  const serverUrl = parseServerUrl(form.serverUrl);
  if (form.staffPin === form.pin) throw new CodedError('pins_equal');
  const deviceKey = deviceKeyFor(serverUrl, form.code, store);
  const request = { code: form.code, devicePublicKey: deviceKey.publicKey, applicationVersion };
  const answer = await requestEnrolment(serverUrl, request, now);
  checkAnswer(answer, deviceKey.publicKey);
  const pin = { hash: await hashPin(form.pin), failures: 0 };
  const staffPin = form.staffPin === undefined ? undefined : { hash: await hashPin(form.staffPin), failures: 0 };
  const { kioskId, storeId, epoch, signingKey, sealKey, countersignature } = answer;
  store.transaction(() => {
    store.ledger.begin({
      chainHash: countersignature.chainHash,
      lastCountersignature: countersignatureHash(countersignature),
    });
    store.documents.write('identity', {
      kioskId,
      storeId,
      epoch,
      signingKey,
      sealKey,
      serverUrl,
      enrolment: countersignature,
      devicePublicKey: deviceKey.publicKey,
      devicePrivateKey: deviceKey.privateKey,
    });
    store.documents.write('configuration', answer.configuration);
    store.documents.write('manager_pin', pin);
    if (staffPin !== undefined) store.documents.write('staff_pin', staffPin);
    store.documents.remove('joining');
  });
}

/** The key that went with this code before, or a new one. */
function deviceKeyFor(serverUrl: string, typed: string, { documents }: KioskDatabase): StoredKeyPair {
  const code = enrolmentCodeSchema.safeParse(typed).data ?? typed;
  const before = documents.read('joining');
  if (before?.serverUrl === serverUrl && before.code === code) return before;
  const key = generateSigningKey();
  documents.write('joining', { serverUrl, code, ...key });
  return key;
}

function checkAnswer(answer: EnrolmentAnswer, devicePublicKey: string): void {
  const serverKey = importPublicKey(answer.signingKey.publicKey);
  const consistent =
    keyId(answer.signingKey.publicKey) === answer.signingKey.id &&
    keyId(answer.sealKey.publicKey) === answer.sealKey.id &&
    answer.countersignature.kioskId === answer.kioskId &&
    answer.countersignature.sequence === 0 &&
    answer.countersignature.chainHash === genesisHash(answer.kioskId, devicePublicKey) &&
    answer.configuration.epoch === answer.epoch &&
    countersignatureHolds(answer.countersignature, serverKey);
  if (!consistent) throw new CodedError('untrusted_answer', { reason: 'enrolment' });
  readConfiguration(answer.configuration, serverKey);
}
