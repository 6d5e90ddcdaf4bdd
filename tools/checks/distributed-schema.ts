import type pg from 'pg';
import { distribution } from '../../server/platform/database/distribution.ts';

/** What of the migrated schema a distributed PostgreSQL would refuse, in words. */
export async function distributedSchemaProblems(client: pg.Client): Promise<string[]> {
  const columns = new Map(Object.entries<string>(distribution));
  const { rows: tables } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname not like 'kysely_%' order by 1`,
  );
  const unlisted = tables
    .filter(({ name }) => !columns.has(name))
    .map(({ name }) => `${name}: not in the distribution`);
  const { rows: keys } = await client.query<{ table: string; key: string; columns: string[] }>(
    `select indrelid::regclass::text as table, indexrelid::regclass::text as key,
       (select array_agg(attname::text) from pg_attribute where attrelid = indrelid and attnum = any(indkey)) as columns
     from pg_index join pg_class on pg_class.oid = indrelid
     where (indisunique or indisexclusion) and relnamespace = 'public'::regnamespace and not relispartition order by 1, 2`,
  );
  const narrow = keys
    .filter(({ table, columns: own }) => isSpread(columns.get(table)) && !own.includes(columns.get(table) ?? ''))
    .map(({ table, key }) => `${table}: the key ${key} is without ${columns.get(table)}`);
  const { rows: references } = await client.query<{ table: string; to: string; name: string; pairs: string[] }>(
    `select conrelid::regclass::text as table, confrelid::regclass::text as to, conname as name,
       array(select a.attname || '=' || b.attname from unnest(conkey, confkey) as pair (mine, theirs)
         join pg_attribute as a on a.attrelid = conrelid and a.attnum = mine
         join pg_attribute as b on b.attrelid = confrelid and b.attnum = theirs) as pairs
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0 order by 1, 3`,
  );
  const apart = references
    .filter(({ to }) => isSpread(columns.get(to)))
    .filter(({ table, to, pairs }) => !pairs.includes(`${columns.get(table)}=${columns.get(to)}`))
    .map(({ table, name }) => `${table}: the foreign key ${name} leads to another node`);
  const { rows: others } = await client.query<{ what: string }>(
    `select attrelid::regclass::text || ': an identity column counts on one node alone' as what from pg_attribute
       join pg_class on pg_class.oid = attrelid where attidentity <> '' and relnamespace = 'public'::regnamespace
     union all
     select tgrelid::regclass::text || ': a trigger for each row' from pg_trigger join pg_class on pg_class.oid = tgrelid
       where not tgisinternal and tgtype & 1 = 1 and relnamespace = 'public'::regnamespace`,
  );
  return [...unlisted, ...narrow, ...apart, ...others.map(({ what }) => what)];
}

const isSpread = (column: string | undefined): boolean => column !== undefined && column !== 'reference';
