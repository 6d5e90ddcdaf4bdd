import { describe, expect, it } from 'vitest';
import { unpackBatch } from '../../protocol/batch.ts';
import { fromText, utf8 } from '../../protocol/bytes.ts';
import { canonicalJson, type Json } from '../../protocol/canonical.ts';
import { bodyHash, chainHash, configurationHash, genesisHash, noticeHash } from '../../protocol/chain.ts';
import { countersignatureHash, countersignatureHolds } from '../../protocol/countersignature.ts';
import { receiptCode, recordSignatureHolds } from '../../protocol/record.ts';
import { importSealPrivateKey, openSealed } from '../../protocol/seal.ts';
import { importPublicKey, verifyBytes } from '../../protocol/signing.ts';
import { batchSchema, countersignatureSchema } from '../../shared/contracts/wire.ts';
import { bodySchemas, type RecordType } from '../../shared/record/body.ts';
import { headerSchema } from '../../shared/record/header.ts';
import vectors from '../vectors/record-v1.json' with { type: 'json' };

const deviceKey = importPublicKey(vectors.devicePublicKey);
const serverKey = importPublicKey(vectors.serverPublicKey);

describe('record format 1, by its vectors', () => {
  it('names the notice by the hash of its canonical words', () => {
    expect(noticeHash(vectors.notice.canonical)).toBe(vectors.notice.hash);
    expect(canonicalJson(JSON.parse(vectors.notice.canonical))).toBe(vectors.notice.canonical);
  });

  it('binds the chain to kiosk and device key', () => {
    expect(genesisHash(vectors.kioskId, vectors.devicePublicKey)).toBe(vectors.genesisHash);
  });

  for (const [index, record] of vectors.records.entries()) {
    it(`record ${index + 1}: header, seal, hashes, signature, receipt code`, async () => {
      const header = headerSchema.parse(JSON.parse(record.header));
      expect(canonicalJson(header)).toBe(record.header);
      expect(header.previousChainHash).toBe(vectors.records[index - 1]?.chainHash ?? vectors.genesisHash);
      expect(bodyHash(fromText(record.sealed))).toBe(record.bodyHash);
      expect(chainHash(record.header, record.bodyHash)).toBe(record.chainHash);
      expect(recordSignatureHolds(record, deviceKey)).toBe(true);
      expect(receiptCode(header.recordId)).toBe(record.receiptCode);
      const opened = await openSealed(
        fromText(record.sealed),
        record.header,
        await importSealPrivateKey(vectors.sealPrivateKey),
      );
      expect(opened.trimEnd()).toBe(record.body);
      const schema = bodySchemas[header.type as RecordType];
      expect(canonicalJson(schema.parse(JSON.parse(opened)) as Json)).toBe(record.body);
    });

    it(`record ${index + 1}: any changed character of the header breaks the signature and the seal`, async () => {
      const privateKey = await importSealPrivateKey(vectors.sealPrivateKey);
      for (const at of [0, 20, record.header.length - 1]) {
        const header = `${record.header.slice(0, at)}#${record.header.slice(at + 1)}`;
        expect(recordSignatureHolds({ ...record, header }, deviceKey)).toBe(false);
        await expect(openSealed(fromText(record.sealed), header, privateKey)).rejects.toThrow();
      }
    });
  }

  it('countersignatures hold under the server key and no other, and have the hash that records name', () => {
    for (const { hash, ...countersignature } of vectors.countersignatures) {
      const parsed = countersignatureSchema.parse(countersignature);
      expect(countersignatureHolds(parsed, serverKey)).toBe(true);
      expect(countersignatureHolds(parsed, deviceKey)).toBe(false);
      expect(countersignatureHolds({ ...parsed, sequence: parsed.sequence + 1 }, serverKey)).toBe(false);
      expect(countersignatureHash(parsed)).toBe(hash);
    }
    const named = vectors.records.map(({ header }) => headerSchema.parse(JSON.parse(header)).lastCountersignature);
    const [atEnrolment, afterTwo, afterThree] = vectors.countersignatures.map(({ hash }) => hash);
    expect(named).toEqual([atEnrolment, atEnrolment, afterTwo, afterThree, afterThree, afterThree]);
  });

  it('kept 17: there is a record of every type', () => {
    const types = vectors.records.map(({ header }) => headerSchema.parse(JSON.parse(header)).type);
    expect(new Set(types)).toEqual(new Set(Object.keys(bodySchemas)));
  });

  it('kept 17: batches as they travel: in order, behind another one, and ahead of their place', () => {
    const read = (text: string) => batchSchema.parse(unpackBatch(fromText(text)));
    const { inOrder, following, ahead } = vectors.batches;
    expect(read(inOrder)).toMatchObject({ version: 1, records: [{}, {}] });
    expect(read(following)).toMatchObject({ follows: 2, records: [{}, {}] });
    expect(read(ahead)).toMatchObject({ ahead: true, records: [{}] });
    const sent = [inOrder, following, ahead].flatMap((each) => read(each).records.map(({ header }) => header));
    expect(sent).toEqual(vectors.records.slice(0, 5).map(({ header }) => header));
  });

  it('kept 17: of an erased body the record still proves its place', () => {
    const { erased } = vectors;
    expect(erased.sealed).toBeNull();
    expect(chainHash(erased.header, erased.bodyHash)).toBe(erased.chainHash);
    expect(recordSignatureHolds(erased, deviceKey)).toBe(true);
  });

  it('kept 17: a configuration, its hash and its signature', () => {
    const { canonical, hash, signature, epoch, revision } = vectors.configuration;
    expect(canonicalJson(JSON.parse(canonical))).toBe(canonical);
    expect(configurationHash(canonical)).toBe(hash);
    const signed = utf8(canonicalJson({ configuration: hash, epoch, revision }));
    expect(verifyBytes('configuration', signed, signature, serverKey)).toBe(true);
  });

  it('kept 17: a restored server signs in another epoch, and its counter may stand behind', () => {
    const [before, after] = vectors.countersignatures.slice(-2);
    expect(after?.epoch).not.toBe(before?.epoch);
    expect(after?.serverSequence).toBeLessThan(before?.serverSequence ?? 0);
  });
});
