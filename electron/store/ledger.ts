import type { Database, Statement } from 'better-sqlite3';
import { receiptCode, type SealedRecord } from '../../protocol/record.ts';
import type { RecordListItem } from '../../shared/contracts/ipc.ts';
import type { Countersignature, DamageCode } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import { Countersignatures } from './countersignatures.ts';
import { headerOf, type RecordRow, readRecord, type UnsentRecord } from './stored-record.ts';

export interface ChainHead {
  sequence: number;
  chainHash: string;
  /** Hash of the latest countersignature seen; the next record names it. */
  lastCountersignature: string;
}

/** What one answered batch changes, applied in one transaction. */
export interface Settlement {
  delivered: { sequence: number; serverTime: string }[];
  refused: { sequence: number; code: string }[];
  countersignatures: Countersignature[];
}

export interface DamagedRecord {
  sequence: number;
  problem: DamageCode;
}

export interface LedgerCounts {
  /** Waits to be sent. */
  unsent: number;
  /** Refused by the server, kept here, and tried again when it is another version. */
  refused: number;
  /** Cannot be read any more, so it cannot be sent. */
  damaged: number;
  delivered: number;
}

/**
 * The kiosk's records in order, and where each of them stands. All changes of these happen here, each in one transaction;
 * every call is synchronous and durable when it returns.
 */
export class Ledger {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #countersignatures: Countersignatures;
  /** As it stands in the database; undefined: read it again. */
  #head: ChainHead | undefined;
  /** As they stand in the database; undefined: count again. */
  #counts: LedgerCounts | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.#countersignatures = new Countersignatures(database);
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
  append(record: SealedRecord, sequence: number, isWithdrawal = false): void {
    const head = this.head();
    if (sequence !== head.sequence + 1) throw new CodedError('chain_moved');
    // If it cannot be written, head and counts are whatever the database then says.
    const counts = this.#counts;
    this.#forget();
    this.#statements.insertRecord.run({ ...record, sequence, isWithdrawal: Number(isWithdrawal) });
    this.#head = { ...head, sequence, chainHash: record.chainHash };
    if (counts !== undefined) this.#counts = { ...counts, unsent: counts.unsent + 1 };
  }

  /**
   * The oldest unsent records behind `after`, in order: at most `count`, and no more than `bytes` on the wire (but at least
   * one). What turns out to be unreadable is set aside as damaged, so that it does not stand in the way of the others.
   */
  unsent(count: number, bytes: number, after = 0): UnsentRecord[] {
    return this.#readUnsent(this.#statements.unsent, count, bytes, after);
  }

  /** As `unsent`, of the withdrawals alone. */
  unsentWithdrawals(count: number, bytes: number, after = 0): UnsentRecord[] {
    return this.#readUnsent(this.#statements.unsentWithdrawals, count, bytes, after);
  }

  #readUnsent(statement: UnsentStatement, count: number, bytes: number, after: number): UnsentRecord[] {
    for (;;) {
      const batch: UnsentRecord[] = [];
      const damaged: DamagedRecord[] = [];
      let size = 0;
      for (const row of statement.iterate({ after, count })) {
        const record = readRecord(row);
        if (typeof record === 'string') {
          damaged.push({ sequence: row.sequence, problem: record });
          continue;
        }
        size += wireBytes(record);
        if (batch.length > 0 && size > bytes) break;
        batch.push(record);
      }
      this.#setAside(damaged);
      if (batch.length > 0 || damaged.length === 0) return batch;
    }
  }

  #setAside(damaged: DamagedRecord[]): void {
    if (damaged.length === 0) return;
    this.#database.transaction(() => {
      for (const entry of damaged) this.#statements.setAside.run(entry);
    })();
    this.#forget();
  }

  /**
   * Notes what the server countersigned and what it refused, and keeps the proofs.
   * @param serverVersion of the server that says so; null if it did not say.
   */
  settle({ delivered, refused, countersignatures }: Settlement, serverVersion: string | null): void {
    this.#database.transaction(() => {
      for (const entry of delivered) this.#statements.deliver.run(entry);
      for (const entry of refused) this.#statements.refuse.run({ ...entry, serverVersion });
      for (const countersignature of countersignatures) this.#countersignatures.keep(countersignature);
    })();
    this.#forget();
  }

  /** The latest countersignature, whole; undefined: it is the one given at enrolment. */
  lastCountersignature(): Countersignature | undefined {
    return this.#countersignatures.last();
  }

  /** Takes over what a heartbeat gave, for the next record to name. */
  hear(countersignature: Countersignature): void {
    this.#database.transaction(() => this.#countersignatures.hear(countersignature))();
    this.#forget();
  }

  /** The countersignatures of heartbeats that these records name: they go along with them. */
  namedBy(records: UnsentRecord[]): Countersignature[] {
    return this.#countersignatures.unknownToServer(
      records.flatMap(({ header }) => headerOf(header)?.lastCountersignature ?? []),
    );
  }

  /** After the server was restored from a backup: everything whose body is still here is unsent again. @returns how many. */
  sendAgain(): number {
    const { changes } = this.#statements.forgetDelivery.run();
    this.#forget();
    return changes;
  }

  /**
   * What the server refused is unsent again. @param unless refused under this version of the server, which would only say the
   * same once more; null: all of it. @returns how many.
   */
  tryRefusedAgain(unless: string | null): number {
    const { changes } = this.#statements.tryAgain.run({ unless });
    if (changes > 0) this.#forget();
    return changes;
  }

  /** Erases sealed bodies delivered before this server time; header and hashes stay for the audit. */
  eraseDeliveredBefore(serverTime: string): number {
    return this.#statements.eraseBodies.run(serverTime).changes;
  }

  counts(): LedgerCounts {
    this.#counts ??= this.#count();
    return this.#counts;
  }

  #count(): LedgerCounts {
    const unsent = this.#statements.countUnsent.get()?.count ?? 0;
    const aside = new Map(this.#statements.countSetAside.all().map(({ state, count }) => [state, count]));
    const [refused, damaged] = [aside.get('refused') ?? 0, aside.get('damaged') ?? 0];
    // Sequence numbers count the records: none is ever skipped or deleted.
    return { unsent, refused, damaged, delivered: this.head().sequence - unsent - refused - damaged };
  }

  damaged(): DamagedRecord[] {
    return this.#statements.damaged.all();
  }

  /** Device time of the oldest record that waits, or null. */
  oldestUnsentAt(): string | null {
    const oldest = this.#statements.oldest.get();
    return (oldest && headerOf(oldest.header)?.deviceTime) ?? null;
  }

  recent(count: number): RecordListItem[] {
    return this.#statements.recent.all(count).map(({ sequence, header, state, deliveredAt }) => {
      const read = headerOf(header);
      return {
        sequence,
        receiptCode: read === undefined ? null : receiptCode(read.recordId),
        capturedAt: read?.deviceTime ?? null,
        state: state === 'delivered' ? 'countersigned' : state,
        countersignedAt: deliveredAt,
      };
    });
  }

  #forget(): void {
    this.#head = undefined;
    this.#counts = undefined;
  }
}

/** About what a record takes up in a batch: the sealed bytes, the header, and two hundred for names, hash and signature. */
const wireBytes = ({ sealed, header }: UnsentRecord): number => sealed.length + header.length + 200;

type UnsentStatement = Statement<{ after: number; count: number }, RecordRow>;

type State = 'unsent' | 'delivered' | 'refused' | 'damaged';

const rowColumns = 'sequence, header, body_hash AS bodyHash, sealed, signature';

/**
 * Word for word the condition of the index records_set_aside. SQLite does not see that one of the two states implies it, and without
 * the index each run of the sync would read every record there is.
 */
const isSetAside = `state IN ('refused', 'damaged')`;

function prepareStatements(database: Database) {
  return {
    head: database.prepare<[], ChainHead>(
      `SELECT coalesce(records.sequence, 0) AS sequence, coalesce(records.chain_hash, chain_origin.chain_hash) AS chainHash,
              last_countersignature AS lastCountersignature
       FROM chain_origin LEFT JOIN records ON records.sequence = (SELECT max(sequence) FROM records)`,
    ),
    begin: database.prepare<Omit<ChainHead, 'sequence'>>(
      `INSERT INTO chain_origin (only_row, chain_hash, last_countersignature) VALUES (1, @chainHash, @lastCountersignature)`,
    ),
    insertRecord: database.prepare<SealedRecord & { sequence: number; isWithdrawal: number }>(
      `INSERT INTO records (sequence, header, body_hash, sealed, signature, chain_hash, is_withdrawal)
       VALUES (@sequence, @header, @bodyHash, @sealed, @signature, @chainHash, @isWithdrawal)`,
    ),
    unsent: database.prepare<{ after: number; count: number }, RecordRow>(
      `SELECT ${rowColumns} FROM records WHERE state = 'unsent' AND sequence > @after ORDER BY sequence LIMIT @count`,
    ),
    unsentWithdrawals: database.prepare<{ after: number; count: number }, RecordRow>(
      `SELECT ${rowColumns} FROM records
       WHERE state = 'unsent' AND is_withdrawal = 1 AND sequence > @after ORDER BY sequence LIMIT @count`,
    ),
    setAside: database.prepare<DamagedRecord>(
      `UPDATE records SET state = 'damaged', problem = @problem WHERE sequence = @sequence`,
    ),
    deliver: database.prepare<{ sequence: number; serverTime: string }>(
      `UPDATE records SET state = 'delivered', delivered_at = @serverTime, problem = NULL, refused_under = NULL
       WHERE sequence = @sequence`,
    ),
    refuse: database.prepare<{ sequence: number; code: string; serverVersion: string | null }>(
      `UPDATE records SET state = 'refused', problem = @code, refused_under = @serverVersion WHERE sequence = @sequence`,
    ),
    tryAgain: database.prepare<{ unless: string | null }>(
      `UPDATE records SET state = 'unsent', problem = NULL, refused_under = NULL
       WHERE ${isSetAside} AND state = 'refused' AND (@unless IS NULL OR refused_under IS NOT @unless)`,
    ),
    forgetDelivery: database.prepare<[]>(
      `UPDATE records SET state = 'unsent', delivered_at = NULL WHERE state = 'delivered' AND sealed IS NOT NULL`,
    ),
    eraseBodies: database.prepare<[string]>(
      `UPDATE records SET sealed = NULL WHERE state = 'delivered' AND sealed IS NOT NULL AND delivered_at < ?`,
    ),
    countUnsent: database.prepare<[], { count: number }>(
      `SELECT count(*) AS count FROM records WHERE state = 'unsent'`,
    ),
    countSetAside: database.prepare<[], { state: State; count: number }>(
      `SELECT state, count(*) AS count FROM records WHERE ${isSetAside} GROUP BY state`,
    ),
    damaged: database.prepare<[], DamagedRecord>(
      `SELECT sequence, problem FROM records WHERE ${isSetAside} AND state = 'damaged'`,
    ),
    oldest: database.prepare<[], { header: string }>(
      `SELECT header FROM records WHERE state = 'unsent' ORDER BY sequence LIMIT 1`,
    ),
    recent: database.prepare<[number], { sequence: number; header: string; state: State; deliveredAt: string | null }>(
      `SELECT sequence, header, state, delivered_at AS deliveredAt FROM records ORDER BY sequence DESC LIMIT ?`,
    ),
  };
}
