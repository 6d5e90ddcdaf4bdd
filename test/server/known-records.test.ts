import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { findKnown } from '../../server/modules/intake/known-records.ts';
import { connect } from '../../server/platform/database/connection.ts';
import { migrate } from '../../server/platform/database/migrate.ts';
import { inTransaction } from '../../server/platform/database/transaction.ts';
import { createDatabase } from './database.ts';

/** Records whose hashes say their sequence number: `hash-20000` names `hash-19999`. */
const hash = (sequence: number) => `hash-${sequence}`;
/** As a kiosk's ids do (UUIDv7), they rise with time. */
const id = (sequence: number) => `${sequence.toString(16).padStart(8, '0')}-0000-7000-8000-000000000000`;

test('a batch is looked up by what it names, also in a table that PostgreSQL has no statistics of', async () => {
  const database = await createDatabase();
  const db = connect(database.url, () => undefined);
  try {
    await migrate(db);
    const kioskId = randomUUID();
    const stored = 20_000;
    await sql`alter table records set (autovacuum_enabled = off)`.execute(db);
    await sql`
      insert into records
        (kiosk_id, chain_hash, record_id, sequence, previous_chain_hash, header, body_hash, signature, received_at, received_from, server_sequence)
      select ${kioskId}, 'hash-' || number, (lpad(to_hex(number), 8, '0') || '-0000-7000-8000-000000000000')::uuid, number, 'hash-' || number - 1, '{}', 'body',
        'signature', now(), '127.0.0.1', number
      from generate_series(1, ${stored}::bigint) as number`.execute(db);
    const arriving = Array.from({ length: 500 }, (_, index) => {
      const sequence = stored + index + 1;
      const place = { chainHash: hash(sequence), previousChainHash: hash(sequence - 1), sequence };
      return { ...place, recordId: id(sequence) };
    });
    await inTransaction(db, async (transaction) => {
      const [found] = await findKnown(transaction, [{ kioskId, places: arriving, genesis: 'genesis' }]);
      expect(found?.known.map(({ chainHash }) => chainHash)).toEqual([hash(stored)]);
      expect(found?.unlinked).toEqual([]);
      const { rows } = await sql<{ read: number }>`
        select seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables where relname = 'records'`.execute(
        transaction,
      );
      expect(rows[0]?.read).toBeLessThan(100);
    });
  } finally {
    await db.destroy();
    await database.drop();
  }
});
