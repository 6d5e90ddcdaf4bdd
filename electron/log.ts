import { join } from 'node:path';
import log from 'electron-log/node.js';
import { CodedError } from '../shared/errors.ts';

/** What may be logged: an event's name, and codes, ids and counts. Never a payload, a message of somebody else's, a number. */
export interface KioskLog {
  info(event: string, facts?: Record<string, string | number | boolean>): void;
  /** Logs the code of a CodedError, or only the class name of anything else: foreign messages may quote their input. */
  failure(event: string, error: unknown): void;
}

/** A file in the data folder, rotated at 1 MiB with one predecessor kept, and standard error. */
export function openLog(folder: string): KioskLog {
  log.transports.file.resolvePathFn = () => join(folder, 'kiosk.log');
  log.transports.file.maxSize = 1024 * 1024;
  log.transports.file.format = '{iso} {level} {text}';
  log.transports.console.format = '{level} {text}';
  return {
    info: (event, facts = {}) => log.info(event, JSON.stringify(facts)),
    failure: (event, error) =>
      log.error(
        event,
        error instanceof CodedError ? JSON.stringify({ code: error.code, ...error.details }) : nameOf(error),
      ),
  };
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}
