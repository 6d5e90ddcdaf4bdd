import { hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { fromText, toText } from '../../../protocol/bytes.ts';
import { generateSealKey, importSealKeyPair } from '../../../protocol/seal.ts';
import { generateSigningKey, importPrivateKey, keyId } from '../../../protocol/signing.ts';
import { CodedError } from '../../../shared/errors.ts';
import { bytesSchema, publicKeySchema } from '../../../shared/primitives.ts';
import { readTextFile } from '../files.ts';

/** The server's secrets. Whoever has this file and the database can read every number: back it up apart from the data. */
const keyFileSchema = z.strictObject({
  version: z.literal(1),
  /** Ed25519: countersignatures and configurations. Kiosks pin it. */
  signing: z.strictObject({ publicKey: publicKeySchema, privateKey: bytesSchema(48) }),
  /** X25519: opens what kiosks seal. Kiosks pin it. */
  seal: z.strictObject({ publicKey: publicKeySchema, privateKey: bytesSchema(32) }),
  /** AES-256: wraps each subject's own key. */
  keyEncryptionKey: bytesSchema(32),
  /** HMAC-SHA-256: turns a number into its blind index. */
  blindIndexKey: bytesSchema(32),
});
type KeyFile = z.infer<typeof keyFileSchema>;

export interface ServerKeys {
  signing: { id: string; publicKey: string; privateKey: KeyObject };
  seal: { id: string; publicKey: string; pair: CryptoKeyPair };
  keyEncryptionKey: Uint8Array;
  blindIndexKey: Uint8Array;
}

/** The id of every key by its name in the key file, for the database to know them by. Gives nothing of a secret away. */
export const keyIds = ({ signing, seal, keyEncryptionKey, blindIndexKey }: ServerKeys) => ({
  signing: signing.id,
  seal: seal.id,
  keyEncryptionKey: secretKeyId(keyEncryptionKey),
  blindIndexKey: secretKeyId(blindIndexKey),
});

/** HKDF-SHA-256 under a label of its own, 16 bytes, base64url. */
const secretKeyId = (key: Uint8Array): string =>
  toText(new Uint8Array(hkdfSync('sha256', key, '', 'countersign key id', 16)));

/**
 * Reads the key file, or makes it on the very first start.
 * @param inUse whether the database already belongs to keys: then none are made, because new ones could neither open what
 * is stored nor be known to any kiosk.
 * @throws CodedError keys_missing | keys_malformed | file_unusable
 */
export async function loadKeys(path: string, inUse: boolean): Promise<ServerKeys> {
  if (!existsSync(path)) {
    if (inUse) throw new CodedError('keys_missing', { path });
    writeOnce(path, JSON.stringify(await generateKeyFile(), null, 2));
  }
  return importKeys(parseKeyFile(path));
}

async function generateKeyFile(): Promise<KeyFile> {
  return {
    version: 1,
    signing: generateSigningKey(),
    seal: await generateSealKey(),
    keyEncryptionKey: toText(randomBytes(32)),
    blindIndexKey: toText(randomBytes(32)),
  };
}

/**
 * Writes and syncs the file under a temporary name before it gets its own, so that it is there whole or not at all. If another
 * process was first, its file is kept.
 */
function writeOnce(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
    closeSync(file);
    linkSync(temporary, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    unlinkSync(temporary);
  }
}

/** Says nothing of what is in the file: the message may be logged. */
function parseKeyFile(path: string): KeyFile {
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

async function importKeys(file: KeyFile): Promise<ServerKeys> {
  return {
    signing: {
      id: keyId(file.signing.publicKey),
      publicKey: file.signing.publicKey,
      privateKey: importPrivateKey(file.signing.privateKey),
    },
    seal: {
      id: keyId(file.seal.publicKey),
      publicKey: file.seal.publicKey,
      pair: await importSealKeyPair(file.seal),
    },
    keyEncryptionKey: fromText(file.keyEncryptionKey),
    blindIndexKey: fromText(file.blindIndexKey),
  };
}
