import type { ErrorCode } from '../shared/error-catalogue.ts';
import { CodedError } from '../shared/errors.ts';
import { errorCode, fileReason } from './platform/files.ts';
import type { Settings } from './settings.ts';

/** What whoever starts the server can do about it. */
const advice: Partial<Record<ErrorCode, string>> = {
  settings_malformed: 'A setting in the environment is not usable.',
  tls_required:
    'Anyone on the network could read along. Set COUNTERSIGN_TLS_CERT and COUNTERSIGN_TLS_KEY, or COUNTERSIGN_BEHIND_PROXY=1 when a proxy does TLS.',
  tls_unusable: 'Certificate and key of COUNTERSIGN_TLS_CERT and COUNTERSIGN_TLS_KEY cannot be used.',
  file_unusable: 'A file or folder cannot be used.',
  configuration_missing:
    'There is no configuration file of that name. COUNTERSIGN_CONFIGURATION says which one the server takes.',
  configuration_unreadable: 'The configuration file cannot be read.',
  configuration_not_json: 'The configuration file is not JSON.',
  configuration_malformed: 'The configuration file has mistakes.',
  keys_missing:
    'The database belongs to keys that are not here. Put the key file back from its backup; without it no number can be opened.',
  keys_wrong:
    "These keys of the key file are not the database's. Put back the key file that belongs to it, or name the right database.",
  keys_malformed: 'The key file is damaged. Put it back from its backup.',
  database_newer: 'A newer version of the server has used this database. Nothing was touched; start that version.',
  database_not_started: 'The embedded PostgreSQL did not start.',
  database_not_bundled: 'This platform has no embedded PostgreSQL. Set DATABASE_URL to one of your own.',
  data_folder_in_use: 'Another server uses this data folder. Stop that one, or set COUNTERSIGN_SERVER_DATA to another.',
  database_url_malformed:
    'DATABASE_URL is not an address of the form postgres://user:password@host:port/database. In the password, write @ as %40, : as %3A, / as %2F, # as %23 and % as %25.',
  database_host_unknown: 'No machine of the name in DATABASE_URL can be found.',
  database_unreachable: 'PostgreSQL at DATABASE_URL does not answer. Is it running, and does it listen there?',
  database_not_postgres: 'What answers at DATABASE_URL breaks the connection off. Is it PostgreSQL?',
  database_login_refused: 'PostgreSQL refuses the user or the password in DATABASE_URL.',
  database_password_missing: 'PostgreSQL asks for a password, and DATABASE_URL has none.',
  database_access_refused:
    'PostgreSQL lets this user not in from here, or not this way: see its pg_hba.conf. If it wants TLS, add ?sslmode=require to DATABASE_URL.',
  database_missing: 'PostgreSQL has no database of that name. Create it, or correct the end of DATABASE_URL.',
  database_forbidden: 'The user of DATABASE_URL may not create tables. Make it the owner of its database.',
  database_read_only: 'The database can only be read; is it a standby? Name the primary in DATABASE_URL.',
  database_full: 'PostgreSQL takes no more connections.',
  database_no_space: 'There is no room left on the disk of PostgreSQL.',
  database_encoding:
    'The database cannot hold every script. Make it with: createdb --encoding=UTF8 --template=template0',
  database_without_tls: 'DATABASE_URL asks for TLS, and that PostgreSQL does not offer it.',
  database_tls_untrusted:
    "PostgreSQL's certificate is not trusted here. Name its authority: NODE_EXTRA_CA_CERTS=/path/ca.pem, or ?sslrootcert=/path/ca.pem in DATABASE_URL.",
  migration_failed: 'The database could not be brought to the form that this version needs. Nothing was changed.',
  database_failed: 'PostgreSQL refused what the server needs; its own log says more.',
  port_in_use: 'Another program listens on this port. Stop it, or set COUNTERSIGN_PORT.',
  port_forbidden: 'This user may not listen on that port: below 1024 it takes a privilege. Set COUNTERSIGN_PORT.',
  host_not_here: 'COUNTERSIGN_HOST is no address of this machine.',
};

/** One paragraph for a person: code, advice, details. Never a password: messages of foreign errors are left out. */
export function explainStartProblem(error: unknown): string {
  const problem = error instanceof CodedError ? error : (fileProblem(error) ?? unexpected(error));
  return `Countersign server did not start (${problem.code}). ${explained(problem)}\n`;
}

/** The same for whoever only wants to know whether a configuration is right. @throws what is no CodedError */
export function explainConfigurationProblem(error: unknown): string {
  if (!(error instanceof CodedError)) throw error;
  return explained(error);
}

function explained({ code, details }: CodedError): string {
  const facts = Object.entries(details).map(([name, value]) => {
    const lines = String(value).split('\n');
    return `\n  ${name}: ${lines.length === 1 ? lines[0] : lines.map((line) => `\n    ${line}`).join('')}`;
  });
  return `${advice[code] ?? ''}${facts.join('')}`;
}

/** What the system says of a file that the server was told to use; null for any other error. */
function fileProblem(error: unknown): CodedError | null {
  if (!(error instanceof Error && 'path' in error && 'code' in error)) return null;
  return new CodedError('file_unusable', { path: String(error.path), reason: fileReason(String(error.code)) });
}

function unexpected(error: unknown): CodedError {
  return new CodedError('unexpected', {
    error: error instanceof Error ? `${error.name} ${errorCode(error)}` : typeof error,
  });
}

/** By SQLSTATE (PostgreSQL, appendix A), by Node's error codes, and where neither says it by how the driver puts it. */
const databaseProblems: [RegExp, ErrorCode][] = [
  [/^ERR_INVALID_URL$/, 'database_url_malformed'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'database_host_unknown'],
  [/received invalid response|^Connection terminated/, 'database_not_postgres'],
  [/^28P01$/, 'database_login_refused'],
  [/client password must be a string/, 'database_password_missing'],
  [/^28/, 'database_access_refused'],
  [/^3D000$/, 'database_missing'],
  [/^42501$/, 'database_forbidden'],
  [/^25006$/, 'database_read_only'],
  [/^53300$/, 'database_full'],
  [/^53100$/, 'database_no_space'],
  [/^22P05$/, 'database_encoding'],
  [/does not support SSL/, 'database_without_tls'],
  [/SELF_SIGNED_CERT|^UNABLE_TO_|^CERT_|^ERR_TLS_CERT_/, 'database_tls_untrusted'],
  [/^(08|57P0|ECONN|EPIPE$|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$|ENOENT$)/, 'database_unreachable'],
  [/^(timeout exceeded|Client has encountered)/, 'database_unreachable'],
  // A code of PostgreSQL's own has a digit in it; EPERM and its like have none.
  [/^(?=.*\d)[0-9A-Z]{5}$/, 'database_failed'],
];

/**
 * What went wrong with the database, in this project's terms; any other error stays as it is.
 * @param url of the database, of which all but the password is shown; null for the embedded one.
 */
export function databaseProblem(error: unknown, url: string | null): unknown {
  const foreign = innermost(error);
  if (foreign instanceof CodedError || (foreign instanceof Error && 'path' in foreign)) return foreign;
  const known = databaseProblems.find(
    ([pattern]) => pattern.test(errorCode(foreign)) || pattern.test(messageOf(foreign)),
  );
  if (known === undefined) return error instanceof CodedError ? error : foreign;
  return new CodedError(
    known[1],
    { ...placeOf(url), reason: errorCode(foreign) || 'said by the driver' },
    { cause: error },
  );
}

function placeOf(url: string | null): Record<string, string> {
  if (url === null || !URL.canParse(url)) return {};
  const { hostname, port, pathname, username } = new URL(url);
  return { host: `${hostname}:${port || 5432}`, database: decoded(pathname.slice(1)), user: decoded(username) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The first cause: the migrations wrap what went wrong, and a name with several addresses fails once for each. */
function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error instanceof Error && error.cause instanceof Error ? innermost(error.cause) : error;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

const listenProblems: Record<string, ErrorCode> = {
  EADDRINUSE: 'port_in_use',
  EACCES: 'port_forbidden',
  EADDRNOTAVAIL: 'host_not_here',
  ENOTFOUND: 'host_not_here',
  EAI_AGAIN: 'host_not_here',
  EINVAL: 'host_not_here',
};

/** Why the server cannot listen, in this project's terms; any other error stays as it is. */
export function listenProblem(error: unknown, { host, port }: Pick<Settings, 'host' | 'port'>): unknown {
  const code = listenProblems[errorCode(error)];
  return code === undefined ? error : new CodedError(code, { host, port });
}
