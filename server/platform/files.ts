import { readFileSync } from 'node:fs';
import { CodedError } from '../../shared/errors.ts';

const reasons: Record<string, string> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a file is in the way',
  EISDIR: 'it is a folder',
  ENOENT: 'it is not there, or its folder is not',
  EROFS: 'that disk can only be read',
  ENOSPC: 'no room is left on that disk',
  EDQUOT: 'no room is left for this user',
};

/** What a system error of a file means, for whoever named the file. */
export const fileReason = (code: string): string => reasons[code] ?? code;

/** @throws CodedError file_unusable */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CodedError('file_unusable', { path, reason: fileReason(errorCode(error)) }, { cause: error });
  }
}

/** The system's or the driver's code of an error; empty where it has none. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
