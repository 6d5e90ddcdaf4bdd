import { isCanonicalJson, type Json } from '../../../protocol/canonical.ts';
import { padBody } from '../../../protocol/seal.ts';
import { parseJson } from '../../../shared/json.ts';
import { bodySchemas, type RecordBody, type RecordType } from '../../../shared/record/body.ts';
import { headerSchema, type RecordHeader } from '../../../shared/record/header.ts';
import type { Unsealer } from './unseal.ts';

/**
 * Why a record that was countersigned cannot be used by this version. It stays, and head office is alarmed. Each follows from the
 * record and the keys alone: whatever else goes wrong is a job that failed, and is tried again.
 */
export type ParkedCode =
  | 'record_type_unknown'
  /** Sealed to a key this server does not have. */
  | 'seal_key_unknown'
  | 'seal_broken'
  /** Not a whole number of blocks, or something else than blanks behind the body. */
  | 'padding_malformed'
  /** The same body can be written in another way, or says something twice. */
  | 'body_not_canonical'
  | 'body_malformed';

export type Read = { origin: RecordHeader; body: RecordBody } | { parked: ParkedCode };

/** Opens and parses one record. Never throws for anything a kiosk can have sent. */
export function readRecord(
  record: { header: string; sealed: Uint8Array },
  seal: { keyId: string; unsealer: Unsealer },
): Read {
  const header = headerSchema.parse(JSON.parse(record.header));
  if (!isKnownType(header.type)) return { parked: 'record_type_unknown' };
  if (header.sealKeyId !== seal.keyId) return { parked: 'seal_key_unknown' };
  let text: string;
  try {
    text = seal.unsealer.open(record.sealed, record.header);
  } catch {
    return { parked: 'seal_broken' };
  }
  const body = text.replace(/ +$/, '');
  if (padBody(body).length !== Buffer.byteLength(text)) return { parked: 'padding_malformed' };
  const json = parseJson(body);
  const parsed = bodySchemas[header.type].safeParse(json);
  if (!parsed.success) return { parked: 'body_malformed' };
  // Of a member that stands there twice a parser keeps one, so that two readers might read two things.
  if (!isCanonicalJson(body, json as Json)) return { parked: 'body_not_canonical' };
  return { origin: header, body: parsed.data };
}

const isKnownType = (type: string): type is RecordType => Object.hasOwn(bodySchemas, type);
