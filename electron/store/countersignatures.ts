import type { Database, Statement } from 'better-sqlite3';
import { countersignatureHash } from '../../protocol/countersignature.ts';
import { type Countersignature, countersignatureSchema } from '../../shared/contracts/wire.ts';
import { parseJson } from '../../shared/json.ts';
import { headerOf } from './stored-record.ts';

type Row = Pick<Countersignature, 'sequence' | 'chainHash'> & { hash: string; fromHeartbeat: number; document: string };

/** What the server countersigned, kept as proofs, and the latest of it, which the next record names. */
export class Countersignatures {
  readonly #keep: Statement<Row>;
  readonly #forget: Statement<[string]>;
  readonly #named: Statement<[string], { fromHeartbeat: number; document: string }>;
  readonly #last: Statement<[], { hash: string; document: string | null }>;
  readonly #remember: Statement<{ hash: string; document: string }>;
  readonly #newestHeader: Statement<[], { header: string }>;

  constructor(database: Database) {
    this.#keep = database.prepare(
      `INSERT INTO countersignatures VALUES (@hash, @sequence, @chainHash, @fromHeartbeat, @document) ON CONFLICT DO NOTHING`,
    );
    this.#forget = database.prepare(`DELETE FROM countersignatures WHERE hash = ? AND from_heartbeat = 1`);
    this.#named = database.prepare(
      `SELECT from_heartbeat AS fromHeartbeat, document FROM countersignatures WHERE hash = ?`,
    );
    this.#last = database.prepare(`SELECT last_countersignature AS hash, last_document AS document FROM chain_origin`);
    this.#remember = database.prepare(
      `UPDATE chain_origin SET last_countersignature = @hash, last_document = @document`,
    );
    this.#newestHeader = database.prepare(`SELECT header FROM records ORDER BY sequence DESC LIMIT 1`);
  }

  /** The latest one; undefined: it is the one given at enrolment. */
  last(): Countersignature | undefined {
    return countersignatureOf(this.#last.get()?.document ?? '');
  }

  /** Of records that the server took in. */
  keep(countersignature: Countersignature): void {
    this.#store(countersignature, false);
  }

  /** Of a heartbeat. The one of the heartbeat before is dropped, unless a record was made in between, which then names it. */
  hear(countersignature: Countersignature): void {
    const before = this.#last.get()?.hash ?? '';
    this.#store(countersignature, true);
    const named = headerOf(this.#newestHeader.get()?.header ?? '')?.lastCountersignature;
    if (before !== named) this.#forget.run(before);
  }

  /** Those among the named ones that the server may have no copy of: heartbeats', and what it gave before it was restored. */
  unknownToServer(named: Iterable<string>): Countersignature[] {
    const epoch = this.last()?.epoch;
    return [...new Set(named)].flatMap((hash) => {
      const row = this.#named.get(hash);
      const countersignature = countersignatureOf(row?.document ?? '');
      if (countersignature === undefined) return [];
      return row?.fromHeartbeat === 1 || countersignature.epoch !== epoch ? [countersignature] : [];
    });
  }

  /**
   * By the server's counter, because answers tell of old things after new ones: a withdrawal went ahead, and what stands before it was
   * there already. A record that then named the older one would seem to have been made before the withdrawal. What comes now in another
   * epoch than the last one is later, wherever a restored server's counter stands.
   */
  #store(countersignature: Countersignature, fromHeartbeat: boolean): void {
    const last = this.last();
    const isLatest =
      last === undefined ||
      countersignature.epoch !== last.epoch ||
      countersignature.serverSequence >= last.serverSequence;
    if (fromHeartbeat && !isLatest) return;
    const hash = countersignatureHash(countersignature);
    const document = JSON.stringify(countersignature);
    const { sequence, chainHash } = countersignature;
    this.#keep.run({ hash, sequence, chainHash, fromHeartbeat: Number(fromHeartbeat), document });
    if (isLatest) this.#remember.run({ hash, document });
  }
}

const countersignatureOf = (document: string): Countersignature | undefined =>
  countersignatureSchema.safeParse(parseJson(document)).data;
