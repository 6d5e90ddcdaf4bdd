import { fromText, toText, utf8 } from '../../../protocol/bytes.ts';
import { decrypt, encrypt } from '../keys/cipher.ts';
import type { MasterKey, MasterKeys } from '../keys/master-keys.ts';
import { type JournalEntry, journalEntrySchema } from './entry.ts';

/** Nearly every entry fits into one, so that the length of a line tells nothing of what is in it. */
const blockBytes = 512;
const context = 'countersign/journal-line/1';

/** One line: the id of the key, a space, and the entry sealed under it (base64url). Nothing of it can be read, or changed unnoticed. */
export function toLine({ id, journal }: MasterKey, entry: JournalEntry): string {
  const plain = utf8(JSON.stringify(entry));
  const padded = new Uint8Array(Math.ceil(plain.length / blockBytes) * blockBytes).fill(0x20);
  padded.set(plain);
  return `${id} ${toText(encrypt(journal, padded, context))}\n`;
}

/** Of the master key that the line is under. */
export const keyIdOf = (line: string): string => line.split(' ')[0] ?? '';

/** @returns null for a line that is not whole, was touched, or is under a key that is not in the key file. */
export function fromLine(master: MasterKeys, line: string): JournalEntry | null {
  try {
    const keyId = keyIdOf(line);
    const { journal } = master.byId(keyId);
    const sealed = fromText(line.slice(keyId.length + 1));
    return journalEntrySchema.parse(JSON.parse(decrypt(journal, sealed, context).toString('utf8')));
  } catch {
    return null;
  }
}
