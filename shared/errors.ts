import type { ErrorCode } from './error-catalogue.ts';

/**
 * One error class for every folder: a permanent code of the catalogue, which programs decide by, and details that are safe to show and to log.
 * Details never hold a phone number, a name, a key or a payload (promise 9).
 */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, string | number | boolean>;

  constructor(code: ErrorCode, details: Record<string, string | number | boolean> = {}, options?: ErrorOptions) {
    super(code, options);
    this.name = 'CodedError';
    this.code = code;
    this.details = details;
  }
}
