import { createHmac, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { newMasterKey } from '../../server/platform/keys/key-file.ts';
import { deriveKeys, MasterKeys } from '../../server/platform/keys/master-keys.ts';

const hmac = (key: Uint8Array, data: Uint8Array) => createHmac('sha256', key).update(data).digest();

/** RFC 5869 by hand: extract without salt, one block of expand. */
const hkdf = (input: string, info: string) =>
  hmac(hmac(new Uint8Array(32), Buffer.from(input, 'base64url')), Buffer.from(`${info}\x01`));

test('kept 11: every use has a key of its own, by HKDF-SHA-256 under its label', () => {
  const masterKey = newMasterKey();
  const { id, ...keys } = deriveKeys(masterKey);
  expect(id).toBe(hkdf(masterKey, 'countersign/master-key-id/1').subarray(0, 12).toString('base64url'));
  const hex = Object.fromEntries(
    Object.entries<KeyObject>(keys).map(([use, key]) => [use, key.export().toString('hex')]),
  );
  const expected = (label: string) => hkdf(masterKey, label).toString('hex');
  expect(hex).toEqual({
    subjectKeys: expected('countersign/subject-key-encryption/1'),
    blindIndex: expected('countersign/blind-index/1'),
    numberBlocks: expected('countersign/number-block/1'),
    verificationCodes: expected('countersign/verification-code/1'),
    enrolmentCodes: expected('countersign/enrolment-code/1'),
  });
  expect(new Set(Object.values(hex)).size).toBe(Object.keys(hex).length);
});

test('kept 11: a key that was added to the file is found without a restart, and one that is not there is asked for by its id', () => {
  const file = [newMasterKey()];
  const master = new MasterKeys(() => file);
  const { id } = deriveKeys(newMasterKey());
  expect(() => master.byId(id)).toThrow(expect.objectContaining({ code: 'keys_outdated', details: { key: id } }));
  const added = newMasterKey();
  file.push(added);
  expect(master.byId(deriveKeys(added).id).blindIndex.equals(deriveKeys(added).blindIndex)).toBe(true);
});
