import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeBody } from '../../electron/capture/make-body.ts';
import { Kiosk } from '../../electron/kiosk.ts';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { signConfiguration } from '../../protocol/configuration.ts';
import { importPrivateKey } from '../../protocol/signing.ts';
import type { Configuration } from '../../shared/configuration.ts';
import type { CaptureDraft } from '../../shared/contracts/ipc.ts';
import { type EnrolledFolder, enrolledFolder } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, withdrawalFor } from '../support/kiosk.ts';

let enrolled: EnrolledFolder;
let store: KioskDatabase;
let kiosk: Kiosk;
let revision = 1;
beforeEach(async () => {
  enrolled = await enrolledFolder();
  store = new KioskDatabase(enrolled.folder, undefined);
  kiosk = new Kiosk(store.documents, () => undefined);
});
afterEach(() => store.close());

/** Head office changes nothing but what stands in small under the boxes. */
function smallPrintChanges(smallPrint: string): Configuration {
  const words = enrolled.configuration.words.map((each) => ({ ...each, smallPrint }));
  const next = { ...enrolled.configuration, words };
  const key = enrolled.serverKey;
  revision += 1;
  kiosk.adopt(
    signConfiguration(next, { epoch: kiosk.identity.epoch, revision }, importPrivateKey(key.privateKey), key.publicKey),
  );
  return next;
}

const bodyOf = (draft: CaptureDraft) =>
  makeBody(draft, {
    inForce: kiosk.configurationsInForce,
    wasInForce: (hash) => kiosk.wasInForce(hash),
    applicationVersion: '0.1.0',
    takeAttestation: () => 'staff_pin' as const,
    manageToken: 'A'.repeat(22),
  });

const given = (configuration: Configuration) => draftFor(configuration, britishMobile(1));

const withdrawn = (configuration: string): CaptureDraft => {
  return { ...withdrawalFor(enrolled.configuration, britishMobile(1)), configuration };
};

test('kept 10: a configuration that is older, or of an epoch that is not in force, is refused, also after a restart', () => {
  const key = importPrivateKey(enrolled.serverKey.privateKey);
  const { epoch } = kiosk.identity;
  const issue = (name: string, of: string, number: number) => {
    const configuration = { ...enrolled.configuration, brand: { ...enrolled.configuration.brand, name } };
    return signConfiguration(configuration, { epoch: of, revision: number }, key, enrolled.serverKey.publicKey);
  };
  const brand = () => kiosk.current.configuration.brand.name;
  const refused = expect.objectContaining({ code: 'configuration_outdated' });
  const restored = '0192f0c1-0000-7000-8000-0000000000aa';
  kiosk.adopt(issue('third', epoch, 3));
  for (const old of [issue('second', epoch, 2), issue('other third', epoch, 3), issue('restored', restored, 9)]) {
    expect(() => kiosk.adopt(old)).toThrow(refused);
  }
  kiosk = new Kiosk(store.documents, () => undefined);
  expect(() => kiosk.adopt(issue('second', epoch, 2))).toThrow(refused);
  expect(brand()).toBe('third');
  // A restored server counts anew.
  kiosk.enterEpoch(restored);
  expect(() => kiosk.adopt(issue('fourth', epoch, 4))).toThrow(refused);
  kiosk.adopt(issue('restored', restored, 2));
  expect(brand()).toBe('restored');
  expect(() => kiosk.adopt(issue('fourth', epoch, 4))).toThrow(refused);
});

test('evidence names the configuration that was on the screen, also where only the small print differs from a newer one', () => {
  const first = kiosk.current.hash;
  const next = smallPrintChanges('Message and data rates may apply.');
  expect(kiosk.current.hash).not.toBe(first);
  expect(bodyOf(given(enrolled.configuration)).configuration).toBe(first);
  expect(bodyOf(given(next)).configuration).toBe(kiosk.current.hash);
});

test('an agreement to a configuration that is no longer in force, or never was, is refused', () => {
  smallPrintChanges('Message and data rates may apply.');
  smallPrintChanges('Message and data rates may apply. Reply HELP for help.');
  expect(() => bodyOf(given(enrolled.configuration))).toThrow(expect.objectContaining({ code: 'notice_outdated' }));
  const invented = { ...given(enrolled.configuration), configuration: 'A'.repeat(43) };
  expect(() => bodyOf(invented)).toThrow(expect.objectContaining({ code: 'notice_outdated' }));
});

test('a request to stop is never too late for its words, but they have to have been ours', () => {
  const first = kiosk.current.hash;
  smallPrintChanges('Message and data rates may apply.');
  smallPrintChanges('Message and data rates may apply. Reply HELP for help.');
  expect(bodyOf(withdrawn(first)).configuration).toBe(first);
  const code = 'configuration_unknown';
  expect(() => bodyOf(withdrawn('A'.repeat(43)))).toThrow(expect.objectContaining({ code }));
  const change: CaptureDraft = {
    ...withdrawn('A'.repeat(43)),
    type: 'number_changed',
    previousNumber: given(enrolled.configuration).number,
  };
  expect(() => bodyOf(change)).toThrow(expect.objectContaining({ code }));
});
