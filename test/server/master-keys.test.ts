import { createHmac, type KeyObject } from 'node:crypto';
import { chmodSync, chownSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  addMasterKey,
  createKeyFile,
  newMasterKey,
  readKeyFile,
  removeMasterKey,
} from '../../server/platform/keys/key-file.ts';
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
    journal: expected('countersign/journal/1'),
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

test('kept 11: a changed key file is still the one of the server, for its user and nobody else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  const path = join(folder, 'keys.json');
  await createKeyFile(path);
  const before = readKeyFile(path);
  chmodSync(path, 0o640);
  // Only root can give it to somebody else: as when root runs the command and the server has a user of its own.
  if (process.getuid?.() === 0) chownSync(path, 65_534, 65_534);
  const { uid, gid, mode } = statSync(path);
  const added = addMasterKey(path);
  expect(statSync(path)).toMatchObject({ uid, gid, mode });
  expect(readKeyFile(path)).toEqual({ ...before, masterKeys: [...before.masterKeys, expect.any(String)] });
  expect(removeMasterKey(path, added)).toBe(true);
  expect(removeMasterKey(path, added), 'a second time').toBe(false);
  expect(readKeyFile(path)).toEqual(before);
  expect(statSync(path)).toMatchObject({ uid, gid, mode });
  expect(readdirSync(folder), 'nothing of it lies about').toEqual(['keys.json']);
});
