import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPin } from '../../electron/manager/pin.ts';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { genesisHash } from '../../protocol/chain.ts';
import { signConfiguration } from '../../protocol/configuration.ts';
import { countersign, countersignatureHash } from '../../protocol/countersignature.ts';
import { generateSealKey, type StoredSealKey } from '../../protocol/seal.ts';
import { generateSigningKey, importPrivateKey, keyId, type StoredKeyPair } from '../../protocol/signing.ts';
import { loadConfiguration } from '../../server/modules/configuration/loader.ts';
import type { Configuration } from '../../shared/configuration.ts';

export const kioskId = '0192f0c1-2b3c-7d4e-8f50-617283940516';
export const epoch = '0192f0c1-0000-7000-8000-000000000001';
export const managerPin = '482913';

/** A kiosk's data folder as enrolment leaves it, with the server's keys, which a real kiosk never sees. */
export interface EnrolledFolder {
  folder: string;
  configuration: Configuration;
  deviceKey: StoredKeyPair;
  serverKey: StoredKeyPair;
  sealKey: StoredSealKey;
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'countersign-test-'));

/** Enrols without a server. Nobody listens at the default address: port 9 is "discard". */
export async function enrolledFolder(serverUrl = 'http://127.0.0.1:9'): Promise<EnrolledFolder> {
  const [deviceKey, serverKey, sealKey] = [generateSigningKey(), generateSigningKey(), await generateSealKey()];
  const configuration = loadConfiguration('server/modules/configuration/demo.json').forStore('leeds-01', null);
  const chainHash = genesisHash(kioskId, deviceKey.publicKey);
  const signingKeyId = keyId(serverKey.publicKey);
  const serverPrivateKey = importPrivateKey(serverKey.privateKey);
  const countersignature = countersign(
    {
      version: 1,
      kioskId,
      sequence: 0,
      chainHash,
      serverSequence: 1,
      serverTime: new Date().toISOString(),
      epoch,
      signingKeyId,
    },
    serverPrivateKey,
  );
  const folder = temporaryFolder();
  const store = new KioskDatabase(folder, undefined);
  store.ledger.begin({ chainHash, lastCountersignature: countersignatureHash(countersignature) });
  store.documents.write('identity', {
    kioskId,
    storeId: 'leeds-01',
    epoch,
    serverUrl,
    enrolment: countersignature,
    signingKey: { id: signingKeyId, publicKey: serverKey.publicKey },
    sealKey: { id: keyId(sealKey.publicKey), publicKey: sealKey.publicKey },
    devicePublicKey: deviceKey.publicKey,
    devicePrivateKey: deviceKey.privateKey,
  });
  const issue = { epoch, revision: 1 };
  store.documents.write(
    'configuration',
    signConfiguration(configuration, issue, serverPrivateKey, serverKey.publicKey),
  );
  store.documents.write('manager_pin', { hash: await hashPin(managerPin), failures: 0 });
  store.close();
  return { folder, configuration, deviceKey, serverKey, sealKey };
}
