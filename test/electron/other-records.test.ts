import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KioskApplication } from '../../electron/application.ts';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { importSealPrivateKey, openSealed } from '../../protocol/seal.ts';
import type { CaptureDraft } from '../../shared/contracts/ipc.ts';
import { phoneNumberSchema } from '../../shared/phone/number.ts';
import { bodySchemas, type RecordType } from '../../shared/record/body.ts';
import { type EnrolledFolder, enrolledFolder, managerPin } from '../support/enrolled-folder.ts';
import { draftFor, openApplication } from '../support/kiosk.ts';
import { presentation } from '../support/presentation.ts';

const mine = phoneNumberSchema.parse('+447400123456');
const landline = phoneNumberSchema.parse('+442079460018');
const session = () => ({
  intentId: randomUUID(),
  language: 'en',
  configuration: draftFor(enrolled.configuration, mine).configuration,
  screens: [{ screen: 'attract', afterMilliseconds: 0 }],
  presentation,
});

let enrolled: EnrolledFolder;
let application: KioskApplication;
beforeEach(async () => {
  enrolled = await enrolledFolder();
  application = openApplication(enrolled.folder);
});
afterEach(() => application.close());

const save = (draft: CaptureDraft) => application.handlers()['capture:save'](draft);

async function storedBodies() {
  await application.close();
  const store = new KioskDatabase(enrolled.folder, undefined);
  const records = store.ledger.unsent(100, 1e9);
  store.close();
  application = openApplication(enrolled.folder);
  const key = await importSealPrivateKey(enrolled.sealKey.privateKey);
  return Promise.all(
    records.map(async (record) => {
      const type = JSON.parse(record.header).type as RecordType;
      return { type, body: bodySchemas[type].parse(JSON.parse(await openSealed(record.sealed, record.header, key))) };
    }),
  );
}

describe('stopping messages', () => {
  it('works for any number that exists, needs no box, and gives no page to manage', async () => {
    const receipt = await save({ type: 'withdrawn', number: landline, ...session() });
    expect(receipt.manageUrl).toBeNull();
    expect(await storedBodies()).toMatchObject([
      { type: 'withdrawn', body: { number: landline, scope: 'everything', language: 'en' } },
    ]);
  });
});

describe('changing a number', () => {
  it('names both numbers, and takes only a new one that texts reach and that is another', async () => {
    const change = { type: 'number_changed' as const, previousNumber: landline, ...session() };
    await expect(save({ ...change, number: landline })).rejects.toMatchObject({ code: 'numbers_equal' });
    const otherLandline = phoneNumberSchema.parse('+442079460019');
    await expect(save({ ...change, number: otherLandline })).rejects.toMatchObject({ code: 'number_landline' });
    await save({ ...change, number: mine });
    expect(await storedBodies()).toMatchObject([
      { type: 'number_changed', body: { previousNumber: landline, number: mine, verification: 'unverified' } },
    ]);
  });
});

describe("a guardian's consent", () => {
  const draft = (): CaptureDraft => ({
    ...draftFor(enrolled.configuration, mine),
    type: 'guardian_consent',
    age: 'threshold_passed',
  });

  it('is kept only after a member of staff has vouched for it, once for each', async () => {
    const handlers = application.handlers();
    await expect(save(draft())).rejects.toMatchObject({ code: 'attestation_missing' });
    expect(await handlers['staff:attest']({ pin: '000000' })).toMatchObject({ unlocked: false });
    await expect(save(draft())).rejects.toMatchObject({ code: 'attestation_missing' });
    expect(await handlers['staff:attest']({ pin: managerPin })).toEqual({ unlocked: true });
    await save(draft());
    await expect(save(draft())).rejects.toMatchObject({ code: 'attestation_missing' });
    expect(await storedBodies()).toMatchObject([{ type: 'guardian_consent', body: { attestation: 'manager_pin' } }]);
  });

  it('found 34 (14): is vouched for with the PIN of the staff once they have one, and the record says whose it was', async () => {
    const handlers = application.handlers();
    await handlers['manager:unlock']({ pin: managerPin });
    await handlers['manager:staff_pin']({ pin: '735512' });
    expect(application.state()).toMatchObject({ attestsWith: 'staff_pin' });
    expect(await handlers['staff:attest']({ pin: managerPin })).toMatchObject({ unlocked: false });
    expect(await handlers['staff:attest']({ pin: '735512' })).toEqual({ unlocked: true });
    await save(draft());
    expect(await storedBodies()).toMatchObject([{ type: 'guardian_consent', body: { attestation: 'staff_pin' } }]);
  });

  it('is not vouched for by what was said for the customer before', async () => {
    await application.handlers()['staff:attest']({ pin: managerPin });
    await application.handlers()['verification:end']();
    await expect(save(draft())).rejects.toMatchObject({ code: 'attestation_missing' });
  });

  it("vouching does not open the manager's screen", async () => {
    await application.handlers()['staff:attest']({ pin: managerPin });
    await expect(application.handlers()['manager:status']()).rejects.toMatchObject({ code: 'manager_locked' });
  });
});
