import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { toText } from '../../../protocol/bytes.ts';
import { generateSealKey } from '../../../protocol/seal.ts';
import { generateSigningKey } from '../../../protocol/signing.ts';
import { CodedError } from '../../../shared/errors.ts';
import { bytesSchema, publicKeySchema } from '../../../shared/primitives.ts';
import { errorCode, readTextFile } from '../files.ts';
import { deriveKeys } from './master-keys.ts';

/** The server's secrets. Whoever has this file and the database can read every number: back it up apart from the data. */
const keyFileSchema = z.strictObject({
  version: z.literal(1),
  /** Ed25519: countersignatures, configurations, answers and ledgers, each behind a domain line of its own. Kiosks pin it. */
  signing: z.strictObject({ publicKey: publicKeySchema, privateKey: bytesSchema(48) }),
  /** X25519: opens what kiosks seal. Kiosks pin it. */
  seal: z.strictObject({ publicKey: publicKeySchema, privateKey: bytesSchema(32) }),
  /** 32 random bytes each, newest last: whatever the server encrypts or hashes for itself is under keys derived from one of them. */
  masterKeys: z.array(bytesSchema(32)).min(1),
});
export type KeyFile = z.infer<typeof keyFileSchema>;

/** Says nothing of what is in the file: the message may be logged. @throws CodedError keys_malformed | file_unusable */
export function readKeyFile(path: string): KeyFile {
  const text = readTextFile(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CodedError('keys_malformed', { path, reason: 'not_json' });
  }
  const parsed = keyFileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new CodedError('keys_malformed', { path, reason: parsed.error.issues[0]?.path.join('.') ?? '' });
}

/** Makes the file if there is none. If another process was first, its file is kept. */
export async function createKeyFile(path: string): Promise<void> {
  if (existsSync(path)) return;
  const file: KeyFile = {
    version: 1,
    signing: generateSigningKey(),
    seal: await generateSealKey(),
    masterKeys: [newMasterKey()],
  };
  const temporary = writeBeside(path, file);
  try {
    linkSync(temporary, path);
    syncFolder(path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    unlinkSync(temporary);
  }
}

export const newMasterKey = (): string => toText(randomBytes(32));

/** Adds a master key, which comes into use when a server is told so. @returns its id. */
export function addMasterKey(path: string): string {
  const file = readKeyFile(path);
  const added = newMasterKey();
  replaceKeyFile(path, { ...file, masterKeys: [...file.masterKeys, added] });
  return deriveKeys(added).id;
}

/** @returns whether it was there. */
export function removeMasterKey(path: string, id: string): boolean {
  const file = readKeyFile(path);
  const masterKeys = file.masterKeys.filter((key) => deriveKeys(key).id !== id);
  if (masterKeys.length === file.masterKeys.length) return false;
  replaceKeyFile(path, { ...file, masterKeys });
  return true;
}

/** Puts the changed file in the place of the old one, for the same user as before; servers that run read it when they need it. */
export function replaceKeyFile(path: string, file: KeyFile): void {
  const temporary = writeBeside(path, file, statSync(path));
  try {
    renameSync(temporary, path);
    syncFolder(path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Under a temporary name and synced, so that under its own name the file is there whole or not at all. */
function writeBeside(path: string, file: KeyFile, owner?: { uid: number; gid: number; mode: number }): string {
  const temporary = `${path}.${process.pid}`;
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    if (owner !== undefined) {
      fchownSync(descriptor, owner.uid, owner.gid);
      fchmodSync(descriptor, owner.mode & 0o777);
    }
    writeFileSync(descriptor, JSON.stringify(file, null, 2));
    fsyncSync(descriptor);
    return temporary;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
