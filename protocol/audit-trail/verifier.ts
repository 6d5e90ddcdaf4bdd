import type { KeyObject } from 'node:crypto';
import { parseJson } from '../../shared/json.ts';
import { importPublicKey, keyId } from '../signing.ts';
import { auditEntryHash, emptyTrailHash, trailHeadHolds } from './chain.ts';
import type { TrailFault, TrailFaultCode } from './faults.ts';
import { type ChainedEntry, type TrailHead, trailFileSchema, trailLineSchema } from './format.ts';

/**
 * Checks an audit trail line by line, with nothing but the file, and memory for one entry. Whoever can write the database can make a whole other trail
 * that fits together; that it is another one shows beside the heads of earlier exports.
 */
export class TrailVerifier {
  readonly #onFault: (fault: TrailFault) => void;
  readonly #earlier: readonly TrailHead[];
  readonly #signingKeys = new Map<string, KeyObject>();
  #line = 0;
  #last = { sequence: 0, hash: emptyTrailHash };
  #entries = 0;
  #head: TrailHead | null = null;
  #ended = false;

  /** @param earlier heads of earlier exports from the same server, whose signatures were checked. */
  constructor(onFault: (fault: TrailFault) => void, earlier: readonly TrailHead[] = []) {
    this.#onFault = onFault;
    this.#earlier = earlier;
    this.#compare(this.#last);
  }

  get entries(): number {
    return this.#entries;
  }

  /** Null before the end, and where its signature does not hold. */
  get head(): TrailHead | null {
    return this.#head;
  }

  /** @param text with its line feed. */
  read(text: string): void {
    this.#line += 1;
    if (this.#line === 1) this.#readFirst(text);
    else this.#readLine(text);
    if (!text.endsWith('\n')) this.#fault('line_malformed');
  }

  /** After the last line. */
  end(): void {
    if (!this.#ended) this.#fault('head_missing');
    if (this.#earlier.some(({ sequence }) => sequence > this.#last.sequence)) this.#fault('trail_rewritten');
  }

  #fault(code: TrailFaultCode, sequence: number | null = null): void {
    this.#onFault({ line: this.#line, sequence, code });
  }

  #readFirst(text: string): void {
    const { data: file } = trailFileSchema.safeParse(parseJson(text));
    if (file === undefined || file.signingKeys.some(({ id, publicKey }) => keyId(publicKey) !== id)) {
      this.#fault('file_malformed');
      return;
    }
    for (const { id, publicKey } of file.signingKeys) this.#signingKeys.set(id, importPublicKey(publicKey));
  }

  #readLine(text: string): void {
    const { data: line } = trailLineSchema.safeParse(parseJson(text));
    if (line === undefined || this.#ended) this.#fault('line_malformed');
    else if ('entry' in line) this.#readEntry(line.entry);
    else this.#readHead(line.head);
  }

  #readEntry({ hash, ...entry }: ChainedEntry): void {
    this.#entries += 1;
    const { sequence, previousHash } = entry;
    const next = this.#last.sequence + 1;
    if (sequence < next) this.#fault('line_order', sequence);
    else if (sequence > next) this.#fault('entry_missing', sequence);
    else if (previousHash !== this.#last.hash) this.#fault('entry_unlinked', sequence);
    if (auditEntryHash(entry) !== hash) this.#fault('entry_altered', sequence);
    this.#last = { sequence, hash };
    this.#compare(this.#last);
  }

  #readHead(head: TrailHead): void {
    this.#ended = true;
    const key = this.#signingKeys.get(head.signingKeyId);
    if (key === undefined || !trailHeadHolds(head, key)) this.#fault('head_invalid');
    else this.#head = head;
    if (head.sequence !== this.#last.sequence || head.hash !== this.#last.hash) this.#fault('head_mismatch');
  }

  #compare({ sequence, hash }: { sequence: number; hash: string }): void {
    const isOther = this.#earlier.some((head) => head.sequence === sequence && head.hash !== hash);
    if (isOther) this.#fault('trail_rewritten', sequence);
  }
}
