import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../../tools/setup/paths.mjs';
import { definesIn } from '../../../tools/setup/sqlite-binding.mjs';

it('compiles SQLite with every setting that better-sqlite3 lists', () => {
  const file = readFileSync(join(root, 'node_modules/better-sqlite3/deps/defines.gypi'), 'utf8');
  const listed = file.split('\n').filter((line) => /^ {4}'/.test(line));
  const defines = definesIn(file);
  expect(defines).toHaveLength(listed.length);
  expect(defines).toContain('-DSQLITE_DEFAULT_CACHE_SIZE=-16000');
  expect(defines).toContain('-DSQLITE_ENABLE_FTS5');
});
