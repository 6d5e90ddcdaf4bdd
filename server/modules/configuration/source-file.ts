import { readFileSync } from 'node:fs';
import { CodedError } from '../../../shared/errors.ts';
import { errorCode, fileReason } from '../../platform/files.ts';

/** @throws CodedError configuration_missing | configuration_unreadable | configuration_not_json */
export function readSourceFile(path: string): unknown {
  const bytes = readBytes(path);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const problem = error instanceof SyntaxError ? placeOf(error, bytes.toString('utf8')) : 'its text is not UTF-8';
    throw new CodedError('configuration_not_json', { path, problem });
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') throw new CodedError('configuration_missing', { path });
    throw new CodedError('configuration_unreadable', { path, reason: fileReason(code) });
  }
}

/** The parser's own words, which name a position, as a place in an editor. */
function placeOf({ message }: SyntaxError, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const before = position === undefined ? text : text.slice(0, Number(position));
  const lines = before.split('\n');
  const what = message.replace(/ in JSON.*$/s, '').replace(/,? ".*" is not valid JSON$/s, '');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}: ${what}`;
}
