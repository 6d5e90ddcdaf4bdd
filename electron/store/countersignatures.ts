import type { Database, Statement } from 'better-sqlite3';
import { countersignatureHash } from '../../protocol/countersignature.ts';
import { type Countersignature, countersignatureSchema } from '../../shared/contracts/wire.ts';
import { parseJson } from '../../shared/json.ts';

export interface GivenCountersignature {
  countersignature: Countersignature;
  /** Signed for what was just sent; false: the server gave it before, and once more for what it had already. */
  isNew: boolean;
}

/** What the server countersigned, kept as proofs, and the last of it, which the next record names. */
export class Countersignatures {
  readonly #keep: Statement<Countersignature & { document: string }>;
  readonly #last: Statement<[], { document: string | null }>;
  readonly #remember: Statement<{ hash: string; document: string }>;

  constructor(database: Database) {
    this.#keep = database.prepare(
      `INSERT INTO countersignatures VALUES (@sequence, @chainHash, @epoch, @serverTime, @document) ON CONFLICT DO NOTHING`,
    );
    this.#last = database.prepare(`SELECT last_document AS document FROM chain_origin`);
    this.#remember = database.prepare(
      `UPDATE chain_origin SET last_countersignature = @hash, last_document = @document`,
    );
  }

  keep(given: GivenCountersignature): void {
    const { countersignature } = given;
    const document = JSON.stringify(countersignature);
    this.#keep.run({ ...countersignature, document });
    const last = this.#readLast();
    if (last === undefined || isLater(given, last))
      this.#remember.run({ hash: countersignatureHash(countersignature), document });
  }

  #readLast(): Countersignature | undefined {
    return countersignatureSchema.safeParse(parseJson(this.#last.get()?.document ?? '')).data;
  }
}

/**
 * Answers tell of old things after new ones: a withdrawal went ahead, and what stands before it was there already. A record that
 * then named the older one would seem to have been made before the withdrawal. Of one moment the one that covers more is the later.
 * In another epoch the server's clock may be behind the one before; what it signs there for the first time is later all the same.
 */
function isLater(
  { countersignature: { serverTime, sequence, epoch }, isNew }: GivenCountersignature,
  last: Countersignature,
) {
  if (isNew && epoch !== last.epoch) return true;
  return serverTime === last.serverTime ? sequence > last.sequence : serverTime > last.serverTime;
}
