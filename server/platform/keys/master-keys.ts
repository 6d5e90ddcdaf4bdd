import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { fromText, toText } from '../../../protocol/bytes.ts';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../database/connection.ts';
import { masterKeysInUse } from '../database/installation-keys.ts';

/**
 * Every use has a key of its own: HKDF-SHA-256 (RFC 5869) of the master key without salt, with the label as info, 32 bytes. A label is never
 * changed, and never used for anything else.
 */
const labels = {
  /** AES-256-GCM: wraps each subject's own key. */
  subjectKeys: 'countersign/subject-key-encryption/1',
  /** HMAC: finds a number without storing it. */
  blindIndex: 'countersign/blind-index/1',
  /** HMAC: counts texts to a block of numbers. */
  numberBlocks: 'countersign/number-block/1',
  /** HMAC: a code that was texted. */
  verificationCodes: 'countersign/verification-code/1',
  /** HMAC: the secret half of an enrolment code. */
  enrolmentCodes: 'countersign/enrolment-code/1',
  /** AES-256-GCM: lines of the journal. */
  journal: 'countersign/journal/1',
} as const;
const idLabel = 'countersign/master-key-id/1';

/** `id` stands in the database beside whatever is encrypted or hashed under one of the others. Gives nothing of the master key away. */
export type MasterKey = Readonly<{ id: string } & Record<keyof typeof labels, KeyObject>>;

/** @param masterKey as in the key file. */
export function deriveKeys(masterKey: string): MasterKey {
  const derive = (label: string, bytes: number) =>
    new Uint8Array(hkdfSync('sha256', fromText(masterKey), '', label, bytes));
  const key = (label: string) => createSecretKey(derive(label, 32));
  return {
    id: toText(derive(idLabel, 12)),
    subjectKeys: key(labels.subjectKeys),
    blindIndex: key(labels.blindIndex),
    numberBlocks: key(labels.numberBlocks),
    verificationCodes: key(labels.verificationCodes),
    enrolmentCodes: key(labels.enrolmentCodes),
    journal: key(labels.journal),
  };
}

/** The master keys that the database uses right now. */
export interface KeysInUse {
  /** What is new is encrypted and hashed under it. */
  primary: MasterKey;
  /** The primary one first: a number may still be found under any of them. */
  all: readonly MasterKey[];
}

/** The master keys of the key file, which is read again when the database names one that is not known yet: it was added since. */
export class MasterKeys {
  readonly #read: () => string[];
  #known: MasterKey[];

  /** @param read the master keys in the key file, newest last. */
  constructor(read: () => string[]) {
    this.#read = read;
    this.#known = read().map(deriveKeys);
  }

  /** By id, newest last, as the key file has them now. */
  idsInFile(): string[] {
    this.#known = this.#read().map(deriveKeys);
    return this.#known.map(({ id }) => id);
  }

  /** @throws CodedError keys_outdated: it is not in the key file (yet). */
  byId(id: string): MasterKey {
    const known = this.#find(id);
    if (known !== undefined) return known;
    this.idsInFile();
    const added = this.#find(id);
    if (added === undefined) throw new CodedError('keys_outdated', { key: id });
    return added;
  }

  /** Which keys the database uses; it stays so until the transaction ends. @throws CodedError keys_outdated */
  async inUse(transaction: Database): Promise<KeysInUse> {
    const { primary, others } = await masterKeysInUse(transaction);
    const first = this.byId(primary);
    return { primary: first, all: [first, ...others.map((id) => this.byId(id))] };
  }

  #find(id: string): MasterKey | undefined {
    return this.#known.find((key) => key.id === id);
  }
}
