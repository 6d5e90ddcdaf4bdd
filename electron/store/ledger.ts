import type { Database } from 'better-sqlite3';
import { countersignatureHash } from '../../protocol/countersignature.ts';
import { receiptCode, type SealedRecord } from '../../protocol/record.ts';
import type { RecordListItem } from '../../shared/contracts/ipc.ts';
import type { Countersignature, RejectionCode } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import { headerSchema } from '../../shared/record/header.ts';

export interface ChainHead {
  sequence: number;
  chainHash: string;
  /** Hash of the last countersignature seen; the next record names it. */
  lastCountersignature: string;
}

/** A record still to be sent, with what is needed to see how it is linked. */
export interface UnsentRecord extends SealedRecord {
  sequence: number;
}

/** What one answered batch changes, applied in one transaction. */
export interface Settlement {
  delivered: { sequence: number; serverTime: string }[];
  rejected: { sequence: number; code: RejectionCode }[];
  countersignatures: Countersignature[];
}

/**
 * The kiosk's records in order, and which of them the server has countersigned or refused; all others are unsent. All changes
 * of these happen here, each in one transaction; every call is synchronous and durable when it returns.
 */
export class Ledger {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;
  /** As it stands in the database; undefined: read it again. */
  #head: ChainHead | undefined;
  /** No record up to this one is unsent, so nobody has to look there again. Undefined: find it. */
  #settledUpTo: number | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepareStatements(database);
  }

  /** Starts the chain at enrolment. @throws CodedError ledger_not_empty */
  begin(origin: Omit<ChainHead, 'sequence'>): void {
    if (this.#statements.head.get() !== undefined) throw new CodedError('ledger_not_empty');
    this.#statements.begin.run(origin);
  }

  /** @throws CodedError not_enrolled before `begin`. */
  head(): ChainHead {
    this.#head ??= this.#statements.head.get();
    if (this.#head === undefined) throw new CodedError('not_enrolled');
    return this.#head;
  }

  /**
   * Adds a record, which is unsent from then on. One row: no other table has to agree with it.
   * @throws CodedError chain_moved if the record was made for another head than today's; SqliteError if it cannot be written.
   */
  append(record: SealedRecord, sequence: number): void {
    const head = this.head();
    if (sequence !== head.sequence + 1) throw new CodedError('chain_moved');
    // If it cannot be written, the head is whatever the database then says.
    this.#head = undefined;
    this.#statements.insertRecord.run({ ...record, sequence });
    this.#head = { ...head, sequence, chainHash: record.chainHash };
  }

  /**
   * The oldest unsent records behind `after`, in order: at most `count`, and no more than `bytes` of sealed bodies (but at
   * least one).
   */
  unsent(count: number, bytes: number, after = 0): UnsentRecord[] {
    const batch: UnsentRecord[] = [];
    let size = 0;
    for (const record of this.#statements.unsent.iterate({ settledUpTo: this.#findSettledUpTo(), after, count })) {
      size += record.sealed.length;
      if (batch.length > 0 && size > bytes) break;
      batch.push({ ...record, sealed: Uint8Array.from(record.sealed) });
    }
    return batch;
  }

  /** Lets go of what the server countersigned, parks what it refused, and keeps the proofs. */
  settle({ delivered, rejected, countersignatures }: Settlement): void {
    this.#database.transaction(() => {
      for (const run of runsOf(delivered)) this.#statements.deliver.run(run);
      for (const entry of rejected) this.#statements.park.run(entry);
      for (const countersignature of countersignatures) this.#keepCountersignature(countersignature);
    })();
    this.#head = undefined;
    this.#settledUpTo = this.#firstUnsent(this.#findSettledUpTo()) - 1;
  }

  #keepCountersignature(countersignature: Countersignature): void {
    this.#statements.keepCountersignature.run({ ...countersignature, document: JSON.stringify(countersignature) });
    this.#statements.remember.run(countersignatureHash(countersignature));
  }

  #findSettledUpTo(): number {
    this.#settledUpTo ??= this.#firstUnsent(0) - 1;
    return this.#settledUpTo;
  }

  /** The first unsent record behind a settled one; the next that will be made, if all were sent. */
  #firstUnsent(settledUpTo: number): number {
    return this.#statements.firstUnsent.get({ settledUpTo })?.first ?? this.head().sequence + 1;
  }

  /** After the server was restored from a backup: everything whose body is still here is unsent again. @returns how many. */
  sendAgain(): number {
    const before = this.counts().unsent;
    this.#statements.forgetDelivery.run();
    this.#settledUpTo = undefined;
    return this.counts().unsent - before;
  }

  /** Erases sealed bodies delivered before this server time; header and hashes stay for the audit. */
  eraseDeliveredBefore(serverTime: string): number {
    return this.#database.transaction(() =>
      this.#statements.toErase.all(serverTime).reduce((erased, run) => {
        this.#statements.markErased.run(run);
        return erased + this.#statements.eraseBodies.run(run).changes;
      }, 0),
    )();
  }

  /** `unsent` counts what waits to be sent, `parked` what the server refused. */
  counts(): { unsent: number; parked: number; delivered: number } {
    const counted = this.#statements.counts.get({ settledUpTo: this.#findSettledUpTo() });
    const { unsent, parked } = counted ?? { unsent: 0, parked: 0 };
    // Sequence numbers count the records: none is ever skipped or deleted.
    return { unsent, parked, delivered: this.head().sequence - unsent - parked };
  }

  /** Device time of the oldest record that waits, or null. */
  oldestUnsentAt(): string | null {
    return this.#statements.oldest.get(this.#findSettledUpTo() + 1)?.deviceTime ?? null;
  }

  recent(count: number): RecordListItem[] {
    return this.#statements.recent.all(count).map((row) => {
      const header = headerSchema.parse(JSON.parse(row.header));
      return {
        sequence: header.sequence,
        receiptCode: receiptCode(header.recordId),
        capturedAt: header.deviceTime,
        state: row.delivered_at !== null ? 'countersigned' : row.rejection === null ? 'unsent' : 'parked',
        countersignedAt: row.delivered_at,
      };
    });
  }
}

/** Records in a row, by their sequence numbers; the last is included. */
interface Run {
  first: number;
  last: number;
}

/** Neighbours that were delivered together, in ascending order. */
function runsOf(delivered: Settlement['delivered']): (Run & { serverTime: string })[] {
  const runs: (Run & { serverTime: string })[] = [];
  for (const { sequence, serverTime } of delivered) {
    const run = runs.at(-1);
    if (run?.last === sequence - 1 && run.serverTime === serverTime) run.last = sequence;
    else runs.push({ first: sequence, last: sequence, serverTime });
  }
  return runs;
}

/** The unsent records as runs: what lies between the settled ones behind @settledUpTo. */
const unsentRuns = `
  WITH settled (first, last) AS (
    SELECT first, last FROM deliveries WHERE first > @settledUpTo
    UNION ALL SELECT sequence, sequence FROM rejections WHERE sequence > @settledUpTo
    UNION ALL SELECT coalesce(max(sequence), 0) + 1, NULL FROM records
  ), gaps (first, last) AS (
    SELECT lag(last, 1, @settledUpTo) OVER (ORDER BY first) + 1, first - 1 FROM settled
  ), unsent (first, last) AS (
    SELECT first, last FROM gaps WHERE first <= last
  )`;

function prepareStatements(database: Database) {
  return {
    head: database.prepare<[], ChainHead>(
      `SELECT coalesce(records.sequence, 0) AS sequence, coalesce(records.chain_hash, chain_origin.chain_hash) AS chainHash,
              last_countersignature AS lastCountersignature
       FROM chain_origin LEFT JOIN records ON records.sequence = (SELECT max(sequence) FROM records)`,
    ),
    begin: database.prepare<Omit<ChainHead, 'sequence'>>(
      `INSERT INTO chain_origin VALUES (1, @chainHash, @lastCountersignature)`,
    ),
    insertRecord: database.prepare<SealedRecord & { sequence: number }>(
      `INSERT INTO records (sequence, header, body_hash, sealed, signature, chain_hash)
       VALUES (@sequence, @header, @bodyHash, @sealed, @signature, @chainHash)`,
    ),
    unsent: database.prepare<
      { settledUpTo: number; after: number; count: number },
      Omit<UnsentRecord, 'sealed'> & { sealed: Buffer }
    >(
      `${unsentRuns}
       SELECT sequence, header, body_hash AS bodyHash, sealed, signature, chain_hash AS chainHash
       FROM unsent CROSS JOIN records ON sequence BETWEEN max(first, @after + 1) AND last ORDER BY sequence LIMIT @count`,
    ),
    firstUnsent: database.prepare<{ settledUpTo: number }, { first: number }>(
      `${unsentRuns} SELECT first FROM unsent ORDER BY first LIMIT 1`,
    ),
    counts: database.prepare<{ settledUpTo: number }, { unsent: number; parked: number }>(
      `${unsentRuns}
       SELECT coalesce(sum(last - first + 1), 0) AS unsent, (SELECT count(*) FROM rejections) AS parked FROM unsent`,
    ),
    deliver: database.prepare<Run & { serverTime: string }>(
      `INSERT INTO deliveries (first, last, delivered_at) VALUES (@first, @last, @serverTime)
       ON CONFLICT (first) DO UPDATE SET last = max(last, excluded.last), delivered_at = excluded.delivered_at`,
    ),
    park: database.prepare<{ sequence: number; code: string }>(`INSERT INTO rejections VALUES (@sequence, @code)`),
    keepCountersignature: database.prepare<Countersignature & { document: string }>(
      `INSERT INTO countersignatures VALUES (@sequence, @chainHash, @serverTime, @document) ON CONFLICT DO NOTHING`,
    ),
    remember: database.prepare<[string]>(`UPDATE chain_origin SET last_countersignature = ?`),
    forgetDelivery: database.prepare<[]>(`DELETE FROM deliveries WHERE erased = 0`),
    toErase: database.prepare<[string], Run>(
      `SELECT first, last FROM deliveries WHERE erased = 0 AND delivered_at < ?`,
    ),
    markErased: database.prepare<Run>(`UPDATE deliveries SET erased = 1 WHERE first = @first`),
    eraseBodies: database.prepare<Run>(
      `UPDATE records SET sealed = NULL WHERE sealed IS NOT NULL AND sequence BETWEEN @first AND @last`,
    ),
    oldest: database.prepare<[number], { deviceTime: string }>(
      `SELECT header ->> 'deviceTime' AS deviceTime FROM records WHERE sequence = ?`,
    ),
    recent: database.prepare<[number], { header: string; delivered_at: string | null; rejection: string | null }>(
      `SELECT header, code AS rejection,
              (SELECT iif(last >= records.sequence, delivered_at, NULL) FROM deliveries
               WHERE first <= records.sequence ORDER BY first DESC LIMIT 1) AS delivered_at
       FROM records LEFT JOIN rejections USING (sequence) ORDER BY sequence DESC LIMIT ?`,
    ),
  };
}
