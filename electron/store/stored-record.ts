import { chainHash } from '../../protocol/chain.ts';
import type { SealedRecord } from '../../protocol/record.ts';
import { type DamageCode, type WireRecord, wireRecordSchema } from '../../shared/contracts/wire.ts';
import { parseJson } from '../../shared/json.ts';
import { headerSchema, type RecordHeader } from '../../shared/record/header.ts';

/** What a row of the ledger holds of a record. Its bytes may have suffered: a disk is not a proof. */
export interface RecordRow {
  sequence: number;
  header: string;
  bodyHash: string;
  sealed: Buffer | null;
  signature: string;
}

/** A record still to be sent, with what is needed to see how it is linked. */
export interface UnsentRecord extends SealedRecord {
  sequence: number;
}

const damages: Record<keyof WireRecord, DamageCode> = {
  header: 'header_unreadable',
  bodyHash: 'body_hash_unreadable',
  sealed: 'sealed_unreadable',
  signature: 'signature_unreadable',
};

/**
 * The record of a row, or what keeps it from being sent. One that cannot be written as the wire wants it would make the server
 * refuse its whole batch. Whether header, body and signature belong together is the server's to judge, record by record.
 */
export function readRecord({ sequence, ...row }: RecordRow): UnsentRecord | DamageCode {
  const parsed = wireRecordSchema.safeParse({
    ...row,
    sealed: row.sealed === null ? null : new Uint8Array(row.sealed),
  });
  if (!parsed.success) return damages[parsed.error.issues[0]?.path[0] as keyof WireRecord];
  if (headerOf(row.header)?.sequence !== sequence) return damages.header;
  const { header, bodyHash, sealed, signature } = parsed.data;
  // Made again: the column is no more trustworthy than the rest, and what the server countersigns is made of these two.
  return { sequence, header, bodyHash, sealed, signature, chainHash: chainHash(header, bodyHash) };
}

/** Undefined if it cannot be read. */
export const headerOf = (text: string): RecordHeader | undefined => headerSchema.safeParse(parseJson(text)).data;
