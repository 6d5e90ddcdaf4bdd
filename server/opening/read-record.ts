import { openSealed } from '../../protocol/seal.ts';
import { parseJson } from '../../shared/json.ts';
import { bodySchemas, type RecordBody, type RecordType } from '../../shared/record/body.ts';
import { headerSchema } from '../../shared/record/header.ts';
import type { ServerKeys } from '../keys.ts';

/** Why a record that was countersigned cannot be used. It stays, and head office is alarmed. */
export type ParkedCode =
  | 'record_type_unknown'
  /** Sealed to a key this server does not have. */
  | 'seal_key_unknown'
  | 'seal_broken'
  | 'body_malformed'
  /** Storing it failed for a reason of its own. */
  | 'opening_failed';

export type Read = { recordId: string; body: RecordBody } | { parked: ParkedCode };

/** Opens and parses one record. Never throws for anything a kiosk can have sent. */
export async function readRecord(
  record: { header: string; sealed: Uint8Array },
  sealKey: ServerKeys['seal'],
): Promise<Read> {
  const header = headerSchema.parse(JSON.parse(record.header));
  if (!isKnownType(header.type)) return { parked: 'record_type_unknown' };
  if (header.sealKeyId !== sealKey.id) return { parked: 'seal_key_unknown' };
  let text: string;
  try {
    text = await openSealed(Uint8Array.from(record.sealed), record.header, sealKey.pair);
  } catch {
    return { parked: 'seal_broken' };
  }
  const parsed = bodySchemas[header.type].safeParse(parseJson(text));
  return parsed.success ? { recordId: header.recordId, body: parsed.data } : { parked: 'body_malformed' };
}

const isKnownType = (type: string): type is RecordType => Object.hasOwn(bodySchemas, type);
