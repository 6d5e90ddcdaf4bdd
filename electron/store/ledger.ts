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
 * The kiosk's records in order, and which of them the server has not countersigned yet. All changes of records, outbox and
 * chain head happen here, each in one transaction; every call is synchronous and durable when it returns.
 */
export class Ledger {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #appendInTransaction: (record: SealedRecord, sequence: number) => void;
  /** Kept in step with the outbox: counting a million rows takes many times as long as saving one. Undefined: count again. */
  #outbox: { queued: number; parked: number } | undefined;
  /** As it stands in the database; undefined: read it again. */
  #head: ChainHead | undefined;

  constructor(database: Database) {
    this.#database = database;
    const statements = prepareStatements(database);
    this.#statements = statements;
    this.#appendInTransaction = database.transaction((record: SealedRecord, sequence: number) => {
      const moved = statements.advance.run({ sequence, chainHash: record.chainHash });
      if (moved.changes !== 1) throw new CodedError('chain_moved');
      statements.insertRecord.run({ ...record, sequence });
      statements.enqueue.run(sequence);
    });
  }

  /** Starts the chain at enrolment. @throws CodedError ledger_not_empty */
  begin(head: ChainHead): void {
    if (this.#statements.head.get() !== undefined) throw new CodedError('ledger_not_empty');
    this.#statements.begin.run(head);
  }

  /** @throws CodedError not_enrolled before `begin`. */
  head(): ChainHead {
    this.#head ??= this.#statements.head.get();
    if (this.#head === undefined) throw new CodedError('not_enrolled');
    return this.#head;
  }

  /**
   * Record, outbox entry and chain head in one transaction.
   * @throws CodedError chain_moved if the record was made for another head than today's; SqliteError if it cannot be written.
   */
  append(record: SealedRecord, sequence: number): void {
    const { lastCountersignature } = this.head();
    // If the transaction fails, the head is whatever the database then says.
    this.#head = undefined;
    this.#appendInTransaction(record, sequence);
    this.#head = { sequence, chainHash: record.chainHash, lastCountersignature };
    if (this.#outbox !== undefined) this.#outbox.queued += 1;
  }

  /**
   * The oldest unsent records behind `after`, in order: at most `count`, and no more than `bytes` of sealed bodies (but at
   * least one).
   */
  unsent(count: number, bytes: number, after = 0): UnsentRecord[] {
    const batch: UnsentRecord[] = [];
    let size = 0;
    for (const record of this.#statements.unsent.iterate({ after, count })) {
      size += record.sealed.length;
      if (batch.length > 0 && size > bytes) break;
      batch.push({ ...record, sealed: Uint8Array.from(record.sealed) });
    }
    return batch;
  }

  /** Lets go of what the server countersigned, parks what it refused, and keeps the proofs. */
  settle({ delivered, rejected, countersignatures }: Settlement): void {
    let gone = 0;
    this.#database.transaction(() => {
      for (const run of runsOf(delivered)) {
        this.#statements.deliver.run(run);
        gone += this.#statements.dequeue.run(run).changes;
      }
      for (const entry of rejected) this.#statements.park.run(entry);
      for (const countersignature of countersignatures) this.#keepCountersignature(countersignature);
    })();
    this.#head = undefined;
    if (rejected.length > 0) this.#outbox = undefined;
    else if (this.#outbox !== undefined) this.#outbox.queued -= gone;
  }

  #keepCountersignature(countersignature: Countersignature): void {
    this.#statements.keepCountersignature.run({ ...countersignature, document: JSON.stringify(countersignature) });
    this.#statements.remember.run(countersignatureHash(countersignature));
  }

  /** After the server was restored from a backup: everything whose body is still here is unsent again. */
  sendAgain(): number {
    this.#outbox = undefined;
    return this.#database.transaction(() => {
      const queued = this.#statements.requeue.run().changes;
      this.#statements.forgetDelivery.run();
      return queued;
    })();
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
    this.#outbox ??= this.#statements.outbox.get() ?? { queued: 0, parked: 0 };
    const { queued, parked } = this.#outbox;
    // Sequence numbers count the records: none is ever skipped or deleted.
    const total = this.head().sequence;
    return { unsent: queued - parked, parked, delivered: total - queued };
  }

  /** Device time of the oldest record that waits, or null. */
  oldestUnsentAt(): string | null {
    return this.#statements.oldest.get()?.deviceTime ?? null;
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

function prepareStatements(database: Database) {
  return {
    head: database.prepare<[], ChainHead>(
      `SELECT sequence, chain_hash AS chainHash, last_countersignature AS lastCountersignature FROM chain_head`,
    ),
    begin: database.prepare<ChainHead>(
      `INSERT INTO chain_head VALUES (1, @sequence, @chainHash, @lastCountersignature)`,
    ),
    advance: database.prepare<{ sequence: number; chainHash: string }>(
      `UPDATE chain_head SET sequence = @sequence, chain_hash = @chainHash WHERE sequence = @sequence - 1`,
    ),
    insertRecord: database.prepare<SealedRecord & { sequence: number }>(
      `INSERT INTO records (sequence, header, body_hash, sealed, signature, chain_hash)
       VALUES (@sequence, @header, @bodyHash, @sealed, @signature, @chainHash)`,
    ),
    enqueue: database.prepare<[number]>(`INSERT INTO outbox (sequence) VALUES (?)`),
    unsent: database.prepare<{ after: number; count: number }, Omit<UnsentRecord, 'sealed'> & { sealed: Buffer }>(
      `SELECT sequence, header, body_hash AS bodyHash, sealed, signature, chain_hash AS chainHash
       FROM outbox JOIN records USING (sequence) WHERE rejection IS NULL AND sequence > @after ORDER BY sequence LIMIT @count`,
    ),
    deliver: database.prepare<Run & { serverTime: string }>(
      `INSERT INTO deliveries (first, last, delivered_at) VALUES (@first, @last, @serverTime)
       ON CONFLICT (first) DO UPDATE SET last = max(last, excluded.last), delivered_at = excluded.delivered_at`,
    ),
    dequeue: database.prepare<Run>(`DELETE FROM outbox WHERE sequence BETWEEN @first AND @last`),
    park: database.prepare<{ sequence: number; code: string }>(
      `UPDATE outbox SET rejection = @code WHERE sequence = @sequence`,
    ),
    keepCountersignature: database.prepare<Countersignature & { document: string }>(
      `INSERT INTO countersignatures VALUES (@sequence, @chainHash, @serverTime, @document) ON CONFLICT DO NOTHING`,
    ),
    remember: database.prepare<[string]>(`UPDATE chain_head SET last_countersignature = ?`),
    requeue: database.prepare<[]>(
      `INSERT INTO outbox (sequence) SELECT sequence FROM records WHERE sealed IS NOT NULL ON CONFLICT DO NOTHING`,
    ),
    forgetDelivery: database.prepare<[]>(`DELETE FROM deliveries WHERE erased = 0`),
    toErase: database.prepare<[string], Run>(
      `SELECT first, last FROM deliveries WHERE erased = 0 AND delivered_at < ?`,
    ),
    markErased: database.prepare<Run>(`UPDATE deliveries SET erased = 1 WHERE first = @first`),
    eraseBodies: database.prepare<Run>(
      `UPDATE records SET sealed = NULL WHERE sealed IS NOT NULL AND sequence BETWEEN @first AND @last`,
    ),
    outbox: database.prepare<[], { queued: number; parked: number }>(
      `SELECT (SELECT count(*) FROM outbox) AS queued,
              (SELECT count(*) FROM outbox WHERE rejection IS NOT NULL) AS parked`,
    ),
    oldest: database.prepare<[], { deviceTime: string }>(
      `SELECT header ->> 'deviceTime' AS deviceTime
       FROM outbox JOIN records USING (sequence) WHERE rejection IS NULL ORDER BY sequence LIMIT 1`,
    ),
    recent: database.prepare<[number], { header: string; delivered_at: string | null; rejection: string | null }>(
      `SELECT header, rejection,
              (SELECT iif(last >= records.sequence, delivered_at, NULL) FROM deliveries
               WHERE first <= records.sequence ORDER BY first DESC LIMIT 1) AS delivered_at
       FROM records LEFT JOIN outbox USING (sequence) ORDER BY sequence DESC LIMIT ?`,
    ),
  };
}
