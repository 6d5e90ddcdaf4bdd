import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KioskApplication } from '../../electron/application.ts';
import { CaptureService } from '../../electron/capture/capture-service.ts';
import { SealPool } from '../../electron/capture/seal-pool.ts';
import { Kiosk } from '../../electron/kiosk.ts';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { fromText } from '../../protocol/bytes.ts';
import { chainHash, genesisHash } from '../../protocol/chain.ts';
import { signConfiguration } from '../../protocol/configuration.ts';
import { recordSignatureHolds } from '../../protocol/record.ts';
import { importSealPrivateKey, openSealed } from '../../protocol/seal.ts';
import { importPrivateKey, importPublicKey } from '../../protocol/signing.ts';
import type { Configuration } from '../../shared/configuration.ts';
import { givenBodySchema, mostSteps } from '../../shared/record/body.ts';
import { headerSchema } from '../../shared/record/header.ts';
import { type EnrolledFolder, enrolledFolder, kioskId } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication, withdrawalFor } from '../support/kiosk.ts';

let enrolled: EnrolledFolder;
let application: KioskApplication;

beforeEach(async () => {
  enrolled = await enrolledFolder();
  application = openApplication(enrolled.folder);
});
afterEach(() => application.close());

const save = (draft: ReturnType<typeof draftFor>) => application.handlers()['capture:save'](draft);

async function stored() {
  await application.close();
  const store = new KioskDatabase(enrolled.folder, undefined);
  const records = store.ledger.unsent(1000, 1e9);
  store.close();
  application = openApplication(enrolled.folder);
  return records;
}

describe('capture', () => {
  it('seals, chains and signs each record, and only the server can open it', async () => {
    for (const index of [1, 2, 3]) await save(draftFor(enrolled.configuration, britishMobile(index)));
    const records = await stored();
    const key = importPublicKey(enrolled.deviceKey.publicKey);
    let previous = genesisHash(kioskId, enrolled.deviceKey.publicKey);
    for (const [index, record] of records.entries()) {
      const header = headerSchema.parse(JSON.parse(record.header));
      expect(header).toMatchObject({ sequence: index + 1, previousChainHash: previous, type: 'given' });
      expect(recordSignatureHolds(record, key)).toBe(true);
      previous = chainHash(record.header, record.bodyHash);
      const opened = await openSealed(
        record.sealed,
        record.header,
        await importSealPrivateKey(enrolled.sealKey.privateKey),
      );
      const body = givenBodySchema.parse(JSON.parse(opened));
      expect(body.number).toBe(britishMobile(index + 1));
      expect(fromText(body.manageToken).length).toBe(16);
    }
    expect(records.length).toBe(3);
  });

  it('kept 18: what lies on the disk has one length, whatever it is and whatever somebody did before', async () => {
    const { configuration } = enrolled;
    const steps = (count: number) =>
      Array.from({ length: count }, () => ({ screen: 'choices', afterMilliseconds: 900_000 }));
    await save({ ...draftFor(configuration, britishMobile(1)), screens: steps(1) });
    await save({ ...draftFor(configuration, '+4915123456789', 'de'), screens: steps(mostSteps) });
    await application
      .handlers()
      ['capture:save']({ ...withdrawalFor(configuration, '+29051234'), screens: steps(mostSteps) });
    const lengths = (await stored()).map(({ sealed }) => sealed.length);
    expect(lengths).toEqual(Array(3).fill(lengths[0]));
  });

  it('saves an intent once, however often and however fast it is pressed', async () => {
    const draft = draftFor(enrolled.configuration, britishMobile(1));
    const receipts = await Promise.all([save(draft), save(draft), save(draft)]);
    expect(new Set(receipts.map((r) => r.receiptCode)).size).toBe(1);
    expect((await save(draft)).receiptCode).toBe(receipts[0]?.receiptCode);
    expect((await stored()).length).toBe(1);
  });

  it('keeps the chain whole when customers are saved at the same time', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, i) => save(draftFor(enrolled.configuration, britishMobile(i)))));
    const records = await stored();
    expect(records.map((r) => r.sequence)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    for (const [index, record] of records.slice(1).entries()) {
      expect(JSON.parse(record.header).previousChainHash).toBe(records[index]?.chainHash);
    }
  });

  it('refuses a draft without a tick, with other words or with a number that texts cannot reach, and stores nothing', async () => {
    const good = draftFor(enrolled.configuration, britishMobile(1));
    const nothing = { ...good, choices: good.choices.map((c) => ({ ...c, answer: 'declined' as const })) };
    const otherNotice = { ...good, notices: [...good.notices].reverse() };
    const missingBox = { ...good, choices: good.choices.slice(1) };
    const landline = draftFor(enrolled.configuration, '+442079460018');
    await expect(save(nothing)).rejects.toMatchObject({ code: 'nothing_granted' });
    await expect(save(otherNotice)).rejects.toMatchObject({ code: 'notice_outdated' });
    await expect(save(missingBox)).rejects.toMatchObject({ code: 'notice_outdated' });
    await expect(save(landline)).rejects.toMatchObject({ code: 'number_landline' });
    expect(await stored()).toEqual([]);
    await expect(save(good)).resolves.toMatchObject({
      receiptCode: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/),
    });
  });

  it('found 12: refuses what the shop’s countries leave out, whatever the screen says, and stores it when it is to stop', async () => {
    const countries = { accepted: ['GB', 'FR'], texted: ['GB'] } as const;
    const configuration = { ...enrolled.configuration, country: 'GB', countries } as unknown as Configuration;
    await application.close();
    const store = new KioskDatabase(enrolled.folder, undefined);
    const { privateKey, publicKey } = enrolled.serverKey;
    const issue = { epoch: store.documents.read('identity')?.epoch ?? '', revision: 2 };
    const signed = signConfiguration(configuration, issue, importPrivateKey(privateKey), publicKey);
    store.documents.write('configuration', signed);
    store.close();
    application = openApplication(enrolled.folder);
    const { intentId: _, ...german } = draftFor(configuration, '+4915123456789');
    const draft = (number: string, change: object = {}) => ({ ...draftFor(configuration, number), ...change });
    const calls = german.choices.map((choice) => ({
      ...choice,
      answer: choice.channel === 'call' ? ('granted' as const) : ('declined' as const),
    }));
    await expect(save(draft('+4915123456789'))).rejects.toMatchObject({ code: 'number_country' });
    await expect(save(draft('+33612345678'))).rejects.toMatchObject({ code: 'number_country' });
    await expect(save(draft('+4915123456789', { choices: calls }))).rejects.toMatchObject({ code: 'number_country' });
    expect(await stored()).toEqual([]);
    await save(draft('+33612345678', { choices: calls }));
    await save(draft(britishMobile(1)));
    for (const number of ['+4915123456789', '+881612345678', '+33892123456']) {
      await application.handlers()['capture:save'](withdrawalFor(configuration, number));
    }
    expect((await stored()).map(({ header }) => JSON.parse(header).type)).toEqual([
      'given',
      'given',
      'withdrawn',
      'withdrawn',
      'withdrawn',
    ]);
  });

  it('stores nothing when head office switches the kiosk off while the record is being sealed', async () => {
    const store = new KioskDatabase(enrolled.folder, undefined);
    const kiosk = new Kiosk(store.documents, () => undefined);
    const capture = new CaptureService({
      ledger: store.ledger,
      kiosk,
      seals: new SealPool(kiosk.identity.sealKey.publicKey, 1),
      clock: {
        now: () => new Date(),
        monotonic() {
          // Asked for between taking the seal and using it.
          kiosk.revoke(new Date());
          return 0;
        },
      },
      applicationVersion: '0.1.0',
      onCaptured: () => undefined,
      isOnline: () => true,
      takeAttestation: () => 'staff_pin',
    });
    const saved = capture.save(draftFor(enrolled.configuration, britishMobile(1)));
    await expect(saved).rejects.toMatchObject({ code: 'kiosk_revoked' });
    expect([store.ledger.head().sequence, capture.lastRecordId]).toEqual([0, undefined]);
    store.close();
  });

  it('keeps its files to their owner', () => {
    expect(statSync(join(enrolled.folder, 'kiosk.db')).mode & 0o777).toBe(0o600);
  });
});
