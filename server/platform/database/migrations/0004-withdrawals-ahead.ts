import { type Kysely, sql } from 'kysely';

/**
 * A withdrawal may come ahead of its place in the chain. Up to here each kiosk has delivered in order; what lies beyond and has
 * not come is announced and no gap (server/modules/integrity/gaps.ts). So far everything came in order.
 */
const statements = [
  `alter table kiosks add column in_order_sequence bigint not null default 0`,
  `update kiosks set in_order_sequence = highest_sequence`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
