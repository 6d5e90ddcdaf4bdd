import { createReadStream } from 'node:fs';

/**
 * The lines of a UTF-8 file, each with the line feed that ends it. Nothing else ends a line (node:readline takes a carriage return and U+2028 as well, and leaves out
 * which it was), so that whoever joins them has every character of the file again.
 */
export async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = `${rest}${chunk}`.split(/(?<=\n)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
