import type { KeyObject } from 'node:crypto';
import { isCanonicalJson, type Json } from '../../../protocol/canonical.ts';
import { bodyHash, chainHash } from '../../../protocol/chain.ts';
import { recordSignatureHolds } from '../../../protocol/record.ts';
import type { RejectionCode, WireRecord } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { parseJson } from '../../../shared/json.ts';
import { headerSchema, type RecordHeader } from '../../../shared/record/header.ts';

/** A record whose header, body and signature belong together and to the kiosk that sent it. */
export interface Accepted {
  wire: WireRecord;
  header: RecordHeader;
  chainHash: string;
}

export interface Rejected {
  sequence: number;
  chainHash: string;
  code: RejectionCode;
}

/** One entry for each record of the batch, in its order. */
export type Checked = Accepted | Rejected;

export const isAccepted = (checked: Checked): checked is Accepted => 'wire' in checked;
export const isRejected = (checked: Checked): checked is Rejected => 'code' in checked;

/**
 * Checks everything that can be told from the batch alone.
 * @throws CodedError batch_out_of_order | record_repeated: the whole batch is refused, because only a broken sender makes it.
 */
export function verifyBatch(records: WireRecord[], kioskId: string, deviceKey: KeyObject): Checked[] {
  const readable = records.map((wire) => readHeader(wire, kioskId));
  refuseDisorder(readable.filter(isAccepted));
  const holding = new Set(runsOf(readable).flatMap((run) => heldBySignature(run, deviceKey)));
  const bodies = new Map<string, number>();
  records.forEach((wire, index) => void bodies.set(wire.bodyHash, index));
  return readable.map((record, index): Checked => {
    if (!isAccepted(record)) return record;
    const reject = (code: RejectionCode): Rejected => ({
      sequence: record.header.sequence,
      chainHash: record.chainHash,
      code,
    });
    const found = bodyHash(record.wire.sealed);
    const owner = bodies.get(found);
    if (found !== record.wire.bodyHash) {
      return reject(owner !== undefined && owner !== index ? 'body_swapped' : 'body_altered');
    }
    return holding.has(record) ? record : reject('signature_invalid');
  });
}

function readHeader(wire: WireRecord, kioskId: string): Checked {
  const hash = chainHash(wire.header, wire.bodyHash);
  const json = parseJson(wire.header);
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success || parsed.data.kioskId !== kioskId) {
    return { sequence: sequenceOf(json), chainHash: hash, code: 'header_malformed' };
  }
  // What was parsed and not what the schema made of it: the schema has an order of keys of its own.
  if (!isCanonicalJson(wire.header, json as Json)) {
    return { sequence: parsed.data.sequence, chainHash: hash, code: 'header_not_canonical' };
  }
  return { wire, header: parsed.data, chainHash: hash };
}

/** What the answer names a record by whose header cannot be used: its own claim, or 0. */
function sequenceOf(json: unknown): number {
  const claimed = json !== null && typeof json === 'object' && 'sequence' in json ? json.sequence : 0;
  return Number.isSafeInteger(claimed) && Number(claimed) > 0 ? Number(claimed) : 0;
}

function refuseDisorder(records: Accepted[]): void {
  const seen = new Set<string>();
  let previous = 0;
  for (const { header, chainHash: hash } of records) {
    if (seen.has(hash)) throw new CodedError('record_repeated', { sequence: header.sequence });
    if (header.sequence <= previous) throw new CodedError('batch_out_of_order', { sequence: header.sequence });
    seen.add(hash);
    previous = header.sequence;
  }
}

/** Neighbours of the batch in which each names the one before it by its chain hash. */
function runsOf(records: Checked[]): Accepted[][] {
  const runs: Accepted[][] = [];
  let last: string | undefined;
  for (const record of records) {
    if (!isAccepted(record)) {
      last = undefined;
      continue;
    }
    const run = runs.at(-1);
    if (run !== undefined && record.header.previousChainHash === last) run.push(record);
    else runs.push([record]);
    last = record.chainHash;
  }
  return runs;
}

/**
 * A chain hash covers all records before it in its run, so the last signature that holds covers the run up to there: one
 * verification when nothing was touched. What comes after it stands on no signature.
 */
function heldBySignature(run: Accepted[], deviceKey: KeyObject): Accepted[] {
  for (let length = run.length; length > 0; length--) {
    const last = run[length - 1];
    if (last !== undefined && recordSignatureHolds(last.wire, deviceKey)) return run.slice(0, length);
  }
  return [];
}

/** The last record of each linked run of accepted records: what the server countersigns. */
export function runHeads(checked: Checked[]): Accepted[] {
  return checked.filter(isAccepted).filter((record, index, accepted) => {
    const next = accepted[index + 1];
    return next === undefined || next.header.previousChainHash !== record.chainHash;
  });
}
