import pg from 'pg';

/*
 * Set up before the tests of a server that runs on a distributed PostgreSQL, which may roll back anybody at any time: one commit in
 * twenty of this process fails with 40001 and nothing is stored. Not that of a migration, which is started again by whoever starts the server.
 */
const each = 20;
let commits = 0;
const migrating = new WeakSet<pg.Client>();

if (process.env.COUNTERSIGN_TEST_DISTRIBUTED === '1') {
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    if (typeof args[0] === 'string' && args[0].includes('kysely_migration')) migrating.add(this);
    if (args[0] !== 'commit' || migrating.delete(this)) return query.apply(this, args);
    commits += 1;
    if (commits % each !== 0) return query.apply(this, args);
    return (query.call(this, 'rollback') as Promise<unknown>).then(() => {
      throw Object.assign(new Error('could not serialize access, says the test'), { code: '40001' });
    });
  } as typeof pg.Client.prototype.query;
}
