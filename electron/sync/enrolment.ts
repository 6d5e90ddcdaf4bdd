import { genesisHash } from '../../protocol/chain.ts';
import { readConfiguration } from '../../protocol/configuration.ts';
import { countersignatureHash, countersignatureHolds } from '../../protocol/countersignature.ts';
import { generateSigningKey, importPublicKey, keyId } from '../../protocol/signing.ts';
import type { EnrolmentForm } from '../../shared/contracts/ipc.ts';
import type { EnrolmentAnswer } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import { hashPin } from '../manager/pin.ts';
import type { KioskDatabase } from '../store/kiosk-database.ts';
import { requestEnrolment } from './server-connection.ts';
import { parseServerUrl } from './server-url.ts';

/**
 * Joins a server: makes the device key here, sends its public half with the one-time code, pins what the server answers.
 * All of it is stored in one transaction, so that a kiosk is enrolled or is not.
 * @throws CodedError server_url_*, enrolment_code_refused, unreachable, untrusted_answer, configuration_*
 */
export async function enrol(form: EnrolmentForm, applicationVersion: string, store: KioskDatabase): Promise<void> {
  const serverUrl = parseServerUrl(form.serverUrl);
  const deviceKey = generateSigningKey();
  const answer = await requestEnrolment(serverUrl, {
    code: form.code,
    devicePublicKey: deviceKey.publicKey,
    applicationVersion,
  });
  checkAnswer(answer, deviceKey.publicKey);
  const pin = { hash: await hashPin(form.pin), failures: 0 };
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
      devicePublicKey: deviceKey.publicKey,
      devicePrivateKey: deviceKey.privateKey,
    });
    store.documents.write('configuration', answer.configuration);
    store.documents.write('manager_pin', pin);
  });
}

function checkAnswer(answer: EnrolmentAnswer, devicePublicKey: string): void {
  const serverKey = importPublicKey(answer.signingKey.publicKey);
  const consistent =
    keyId(answer.signingKey.publicKey) === answer.signingKey.id &&
    keyId(answer.sealKey.publicKey) === answer.sealKey.id &&
    answer.countersignature.kioskId === answer.kioskId &&
    answer.countersignature.sequence === 0 &&
    answer.countersignature.chainHash === genesisHash(answer.kioskId, devicePublicKey) &&
    countersignatureHolds(answer.countersignature, serverKey);
  if (!consistent) throw new CodedError('untrusted_answer', { reason: 'enrolment' });
  readConfiguration(answer.configuration, serverKey);
}
