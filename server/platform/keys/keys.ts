import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { importSealKeyPair } from '../../../protocol/seal.ts';
import { importPrivateKey, keyId } from '../../../protocol/signing.ts';
import { CodedError } from '../../../shared/errors.ts';
import type { KeyIds } from '../database/installation.ts';
import { createKeyFile, readKeyFile } from './key-file.ts';
import { MasterKeys } from './master-keys.ts';

export interface ServerKeys {
  signing: { id: string; publicKey: string; privateKey: KeyObject };
  seal: { id: string; publicKey: string; pair: CryptoKeyPair };
  master: MasterKeys;
}

/** The id of every key in the key file, for the database to know them by. */
export const keyIds = ({ signing, seal, master }: ServerKeys): KeyIds => ({
  signing: [signing.id],
  seal: [seal.id],
  master: master.idsInFile(),
});

/**
 * Reads the key file, or makes it on the very first start.
 * @param inUse whether the database already belongs to keys: then none are made, because new ones could neither open what
 * is stored nor be known to any kiosk.
 * @throws CodedError keys_missing | keys_malformed | file_unusable
 */
export async function loadKeys(path: string, inUse: boolean): Promise<ServerKeys> {
  if (inUse && !existsSync(path)) throw new CodedError('keys_missing', { path });
  await createKeyFile(path);
  const { signing, seal } = readKeyFile(path);
  return {
    signing: {
      id: keyId(signing.publicKey),
      publicKey: signing.publicKey,
      privateKey: importPrivateKey(signing.privateKey),
    },
    seal: { id: keyId(seal.publicKey), publicKey: seal.publicKey, pair: await importSealKeyPair(seal) },
    master: new MasterKeys(() => readKeyFile(path).masterKeys),
  };
}
