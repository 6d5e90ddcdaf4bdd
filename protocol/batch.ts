import { decode, encode } from 'cborg';
import type { Batch, WireRecord } from '../shared/contracts/wire.ts';

/** How a batch travels: CBOR (RFC 8949), so that sealed bodies are sent as the bytes they are (docs/record-format.md section 6). */
export const batchMediaType = 'application/cbor';

/** The request body that delivers these records. @param announced see batchSchema. */
export const packBatch = (records: WireRecord[], announced: Omit<Batch, 'version' | 'records'> = {}): Uint8Array =>
  encode({ version: 1, records, ...announced });

/**
 * What a request body of that type holds; batchSchema is what it has to be.
 * @throws Error if it is not one whole value of strict CBOR: shortest lengths, nothing of unknown length, no key twice.
 */
export const unpackBatch = (body: Uint8Array): unknown =>
  decode(body, { strict: true, allowIndefinite: false, allowUndefined: false, rejectDuplicateMapKeys: true });
