import { type RawBuilder, sql } from 'kysely';

/**
 * Values as one text of lines, which PostgreSQL takes apart: a text[]. In an array each value would be quoted on one side and unquoted
 * on the other, which costs more than all else of a large statement. No value may hold a line break; none at all gives an empty array.
 */
export const inLines = (values: (string | number)[]): RawBuilder<string[]> =>
  sql`string_to_array(${values.join('\n')}, e'\\n')`;
