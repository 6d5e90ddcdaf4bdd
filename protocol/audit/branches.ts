import type { AuditFaultCode } from './faults.ts';

/** What is known of a record that may be the predecessor of the next. */
interface Tip {
  chainHash: string;
  sequence: number;
  line: number;
  recordId: string;
  previousChainHash: string;
  /** The server's counter in what the record names, and its epoch; null where that is not known. */
  named: { serverSequence: number; epoch: string } | null;
  /** First sequence of its run that no countersignature covers yet; null when all are covered. */
  uncovered: { sequence: number; line: number } | null;
  hasSuccessor: boolean;
}

export type Report = (code: AuditFaultCode, line: number, sequence: number | null) => void;

/**
 * The chain as it comes by, sequence after sequence: only the records of the last two sequence numbers are remembered, usually one each, and
 * the ids, of which each may be there once.
 */
export class Branches {
  readonly #genesis: string;
  readonly #report: Report;
  #previous: Tip[] = [];
  #current: Tip[] = [];
  #sequence = 0;
  readonly #ids = new Set<string>();

  constructor(genesis: string, report: Report) {
    this.#genesis = genesis;
    this.#report = report;
  }

  get sequence(): number {
    return this.#sequence;
  }

  add(record: Omit<Tip, 'uncovered' | 'hasSuccessor'>): void {
    const { sequence, line, chainHash, previousChainHash, recordId } = record;
    if (sequence > this.#sequence + 1) this.#report('sequence_missing', line, this.#sequence + 1);
    if (sequence > this.#sequence) this.#moveTo(sequence);
    if (this.#current.some((tip) => tip.chainHash === chainHash)) this.#report('line_order', line, sequence);
    else if (this.#current.length > 0 || this.#ids.has(recordId)) this.#report('fork', line, sequence);
    this.#ids.add(recordId);
    const parent = this.#previous.find((tip) => tip.chainHash === previousChainHash);
    if (sequence === 1 ? previousChainHash !== this.#genesis : this.#previous.length > 0 && parent === undefined) {
      this.#report('link_broken', line, sequence);
    }
    if (parent !== undefined) parent.hasSuccessor = true;
    this.#current.push({ ...record, uncovered: parent?.uncovered ?? { sequence, line }, hasSuccessor: false });
  }

  /** A countersignature of a record of this sequence number, the current one or a later one. @returns false when that record is not here. */
  cover(sequence: number, chainHash: string, given: { serverSequence: number; epoch: string }, line: number): boolean {
    if (sequence > this.#sequence) {
      this.#report('sequence_missing', line, this.#sequence + 1);
      this.#moveTo(sequence);
    }
    const tip = this.#current.find((each) => each.chainHash === chainHash);
    if (tip === undefined) return false;
    tip.uncovered = null;
    if (tip.named !== null && tip.named.epoch === given.epoch && tip.named.serverSequence > given.serverSequence) {
      this.#report('countersignature_early', line, tip.sequence);
    }
    return true;
  }

  end(): void {
    this.#leave(this.#previous);
    this.#leave(this.#current);
  }

  #moveTo(sequence: number): void {
    this.#leave(this.#previous);
    if (sequence > this.#sequence + 1) this.#leave(this.#current);
    this.#previous = sequence === this.#sequence + 1 ? this.#current : [];
    this.#current = [];
    this.#sequence = sequence;
  }

  #leave(tips: Tip[]): void {
    for (const { uncovered, hasSuccessor } of tips) {
      if (uncovered !== null && !hasSuccessor) {
        this.#report('countersignature_missing', uncovered.line, uncovered.sequence);
      }
    }
  }
}
