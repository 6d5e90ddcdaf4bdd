import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EnrolmentForm, enrolmentFormSchema, type ProvisioningProblem } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/json.ts';
import type { KioskLog } from '../log.ts';
import { backoffMilliseconds } from '../sync/backoff.ts';

/** For an engineer with a thousand kiosks: an enrolment form laid into the data folder, deleted once the kiosk is enrolled. */
const fileName = 'provisioning.json';
/** How soon a file that was corrected is noticed. */
const lookMilliseconds = 2_000;
/**
 * No waiting mends what stands in the file, or a code that head office does not accept (any more). Everything else passes: a server
 * that stumbles, a proxy's page, a full disk.
 */
const final = new Set([
  'provisioning_unreadable',
  'provisioning_not_json',
  'provisioning_field_missing',
  'provisioning_field_unknown',
  'provisioning_field_malformed',
  'server_url_malformed',
  'server_url_insecure',
  'pins_equal',
  'enrolment_code_refused',
]);

/**
 * Enrols the kiosk with the file as soon as there is one that can be used. A file that cannot stays where it is, and the screen
 * says why; it is read again until it changes, and tried again when what was in its way passes.
 */
export class ProvisioningFile {
  readonly #path: string;
  readonly #enrol: (form: EnrolmentForm) => Promise<void>;
  readonly #onProblem: (problem: ProvisioningProblem | null) => void;
  readonly #log: KioskLog;
  #watch: AbortController | undefined;

  constructor(parts: {
    folder: string;
    enrol: (form: EnrolmentForm) => Promise<void>;
    onProblem: (problem: ProvisioningProblem | null) => void;
    log: KioskLog;
  }) {
    this.#path = join(parts.folder, fileName);
    this.#enrol = parts.enrol;
    this.#onProblem = parts.onProblem;
    this.#log = parts.log;
  }

  /** The kiosk is enrolled, or it is not: told at the start and at each change. */
  enrolled(yes: boolean): void {
    if (yes) {
      this.stop();
      this.#delete();
    } else if (this.#watch === undefined) {
      this.#watch = new AbortController();
      void this.#look(this.#watch.signal);
    }
  }

  stop(): void {
    this.#watch?.abort();
    this.#watch = undefined;
  }

  async #look(signal: AbortSignal): Promise<void> {
    /** A file that no waiting mends. */
    let unusable: string | null | undefined;
    let failures = 0;
    while (!signal.aborted) {
      let pause = lookMilliseconds;
      const found = this.#read();
      if (found === undefined) {
        unusable = undefined;
        this.#onProblem(null);
      } else if (found !== unusable) {
        const error = await this.#use(found);
        if (error === undefined || signal.aborted) return;
        const retrying = !final.has(error.code);
        unusable = retrying ? undefined : found;
        failures = retrying ? failures + 1 : 0;
        if (retrying)
          pause = backoffMilliseconds(failures, Number(error.details.retryAfterSeconds ?? 0), Math.random());
        this.#onProblem({ code: error.code, field: String(error.details.field ?? ''), path: this.#path, retrying });
      }
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns what is in the file, `null` if it cannot be read, nothing if there is none. */
  #read(): string | null | undefined {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : null;
    }
  }

  /** @returns why it did not work. */
  async #use(text: string | null): Promise<CodedError | undefined> {
    try {
      if (text === null) throw new CodedError('provisioning_unreadable');
      await this.#enrol(readForm(text));
      return undefined;
    } catch (error) {
      this.#log.failure('provisioning file not used', error);
      return error instanceof CodedError ? error : new CodedError('internal');
    }
  }

  /** There is a PIN in it, and it has served its purpose. */
  #delete(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch (error) {
      this.#log.failure('provisioning file not deleted', error);
    }
  }
}

/** @throws CodedError provisioning_not_json | provisioning_field_missing | provisioning_field_unknown | provisioning_field_malformed */
function readForm(text: string): EnrolmentForm {
  // Some editors put a mark at the beginning that JSON does not know.
  const value = parseJson(text.replace(/^\uFEFF/, ''));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CodedError('provisioning_not_json');
  const parsed = enrolmentFormSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw new CodedError('provisioning_field_unknown', { field: String(issue.keys[0]).slice(0, 40) });
  const field = String(issue?.path[0] ?? '');
  throw new CodedError(field in value ? 'provisioning_field_malformed' : 'provisioning_field_missing', { field });
}
