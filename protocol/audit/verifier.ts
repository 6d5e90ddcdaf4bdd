import { createHash, type KeyObject } from 'node:crypto';
import type { Countersignature } from '../../shared/contracts/wire.ts';
import { parseJson } from '../../shared/json.ts';
import { headerSchema } from '../../shared/record/header.ts';
import { fromText } from '../bytes.ts';
import { isCanonicalJson, type Json } from '../canonical.ts';
import { bodyHash, chainHash, genesisHash } from '../chain.ts';
import { countersignatureHash, countersignatureHolds } from '../countersignature.ts';
import { recordSignatureHolds } from '../record.ts';
import { importPublicKey, keyId, verifyBytes } from '../signing.ts';
import { Branches } from './branches.ts';
import type { AuditFault, AuditFaultCode } from './faults.ts';
import { type AuditEnd, type AuditHead, type AuditRecord, auditHeadSchema, auditLineSchema } from './format.ts';

export interface AuditSummary {
  records: number;
  /** Records whose bodies were erased: their headers and links are checked, the bodies are not there. */
  erased: number;
  countersignatures: number;
  head: AuditHead | null;
}

/** @property bodyHash what it really is. */
export interface StrangeBody {
  bodyHash: string;
  line: number;
  sequence: number;
}

/**
 * Checks the ledger of a kiosk line by line, with nothing but the file: no server, no database, no key that opens a body. What it keeps in
 * memory is one hash for each countersignature and one id for each record.
 */
export class AuditVerifier {
  readonly summary: AuditSummary = { records: 0, erased: 0, countersignatures: 0, head: null };
  readonly #onFault: (fault: AuditFault) => void;
  readonly #bytes = createHash('sha256');
  readonly #signingKeys = new Map<string, KeyObject>();
  readonly #given = new Map<string, { sequence: number; serverSequence: number; epoch: string }>();
  readonly #strange: StrangeBody[] = [];
  #line = 0;
  #ended = false;
  #isEnrolled = false;
  /** Of the line before, if it was a countersignature: what comes behind it about the same sequence is another, with a higher number. */
  #before: Pick<Countersignature, 'sequence' | 'serverSequence'> | null = null;
  #deviceKey: KeyObject | null = null;
  #branches: Branches | null = null;

  constructor(onFault: (fault: AuditFault) => void) {
    this.#onFault = onFault;
  }

  /** @param text with its line feed: each byte counts. */
  read(text: string): void {
    this.#line += 1;
    if (this.#ended) {
      this.#fault('line_malformed');
      return;
    }
    if (this.#line === 1) this.#readHead(text);
    else this.#readLine(text);
    this.#bytes.update(text);
    if (!text.endsWith('\n')) this.#fault('line_malformed');
  }

  /** After the last line. */
  end(): void {
    this.#branches?.end();
    if (this.#line === 0) this.#fault('file_malformed');
    if (!this.#isEnrolled) this.#fault('countersignature_missing', 0);
    if (!this.#ended) this.#fault('end_missing');
  }

  /** Bodies that are not their records'. Whoever reads the file again can tell whether they are another's. */
  get strangeBodies(): readonly StrangeBody[] {
    return this.#strange;
  }

  #fault(code: AuditFaultCode, sequence: number | null = null, line = this.#line): void {
    this.#onFault({ line, sequence, code });
  }

  #readHead(text: string): void {
    const { data: head } = auditHeadSchema.safeParse(parseJson(text));
    if (head === undefined || head.signingKeys.some(({ id, publicKey }) => keyId(publicKey) !== id)) {
      this.#fault('file_malformed');
      return;
    }
    this.summary.head = head;
    this.#deviceKey = importPublicKey(head.kiosk.devicePublicKey);
    for (const { id, publicKey } of head.signingKeys) this.#signingKeys.set(id, importPublicKey(publicKey));
    const genesis = genesisHash(head.kiosk.id, head.kiosk.devicePublicKey);
    this.#branches = new Branches(genesis, (code, line, sequence) => this.#fault(code, sequence, line));
  }

  #readLine(text: string): void {
    const { data: line } = auditLineSchema.safeParse(parseJson(text));
    if (line === undefined) this.#fault('line_malformed');
    else if ('record' in line) this.#readRecord(line.record);
    else if ('countersignature' in line) this.#readCountersignature(line.countersignature);
    else this.#readEnd(line.end);
  }

  #readRecord(record: AuditRecord): void {
    this.summary.records += 1;
    const json = parseJson(record.header);
    const { data: header } = headerSchema.safeParse(json);
    if (header === undefined || header.kioskId !== this.summary.head?.kiosk.id) {
      this.#fault('header_malformed');
      return;
    }
    const { sequence, recordId, previousChainHash } = header;
    if (!isCanonicalJson(record.header, json as Json)) this.#fault('header_not_canonical', sequence);
    const found = record.sealed === null ? record.bodyHash : bodyHash(fromText(record.sealed));
    if (record.sealed === null) this.summary.erased += 1;
    if (found !== record.bodyHash) this.#strange.push({ bodyHash: found, line: this.#line, sequence });
    if (this.#deviceKey === null || !recordSignatureHolds(record, this.#deviceKey))
      this.#fault('signature_invalid', sequence);
    const named = this.#given.get(header.lastCountersignature) ?? null;
    if (named === null) this.#fault('countersignature_unknown', sequence);
    else if (named.sequence >= sequence) this.#fault('countersignature_later', sequence);
    const isLate = this.#before?.sequence === sequence;
    this.#before = null;
    if (isLate || sequence < (this.#branches?.sequence ?? 0)) {
      this.#fault('line_order', sequence);
      return;
    }
    const place = { chainHash: chainHash(record.header, record.bodyHash), sequence, recordId, previousChainHash };
    this.#branches?.add({ ...place, named, line: this.#line });
  }

  #readCountersignature(countersignature: Countersignature): void {
    this.summary.countersignatures += 1;
    const { sequence, serverSequence, epoch, chainHash: about } = countersignature;
    if (countersignature.kioskId !== this.summary.head?.kiosk.id) {
      this.#fault('countersignature_kiosk', sequence);
      return;
    }
    const key = this.#signingKeys.get(countersignature.signingKeyId);
    if (key === undefined) {
      this.#fault('signing_key_unknown', sequence);
      return;
    }
    if (!countersignatureHolds(countersignature, key)) {
      this.#fault('countersignature_invalid', sequence);
      return;
    }
    const hash = countersignatureHash(countersignature);
    const isRepeated = this.#given.has(hash);
    this.#given.set(hash, { sequence, serverSequence, epoch });
    const isLower = this.#before?.sequence === sequence && serverSequence < this.#before.serverSequence;
    this.#before = { sequence, serverSequence };
    if (isRepeated || isLower || this.#branches === null || sequence < this.#branches.sequence) {
      this.#fault('line_order', sequence);
      return;
    }
    const { kiosk } = this.summary.head;
    const isHere =
      sequence === 0
        ? about === genesisHash(kiosk.id, kiosk.devicePublicKey)
        : this.#branches.cover(sequence, about, { serverSequence, epoch }, this.#line);
    if (!isHere) this.#fault('countersignature_mismatch', sequence);
    else if (sequence === 0) this.#isEnrolled = true;
  }

  #readEnd({ records, countersignatures, signingKeyId, signature }: AuditEnd): void {
    this.#ended = true;
    if (records !== this.summary.records || countersignatures !== this.summary.countersignatures)
      this.#fault('end_counts');
    const key = this.#signingKeys.get(signingKeyId);
    const digest = this.#bytes.copy().digest();
    if (key === undefined || !verifyBytes('audit', digest, signature, key)) this.#fault('file_altered');
  }
}
