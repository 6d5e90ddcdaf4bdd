import { CodedError } from '../shared/errors.ts';
import { databaseUnavailable } from './database/connection.ts';

/** What whoever starts the server can do about it. */
const advice: Record<string, string> = {
  settings_malformed: 'A setting in the environment is not usable.',
  tls_required:
    'Anyone on the network could read along. Set COUNTERSIGN_TLS_CERT and COUNTERSIGN_TLS_KEY, or COUNTERSIGN_BEHIND_PROXY=1 when a proxy does TLS.',
  configuration_unreadable: 'The configuration file cannot be read as JSON.',
  configuration_malformed: 'The configuration file has mistakes.',
  configuration_lacks_required_text:
    'The law of the jurisdiction asks for texts that the configuration file does not have.',
  keys_missing:
    'The database belongs to keys that are not here. Put the key file back from its backup; without it no number can be opened.',
  keys_wrong: 'The key file belongs to another database.',
  keys_malformed: 'The key file is damaged. Put it back from its backup.',
  database_newer: 'A newer version of the server has used this database. Nothing was touched; start that version.',
  database_not_started: 'The embedded PostgreSQL did not start.',
  database_not_bundled: 'This platform has no embedded PostgreSQL. Set DATABASE_URL to one of your own.',
  data_folder_in_use: 'Another server uses this data folder.',
  database_unreachable: 'PostgreSQL at DATABASE_URL does not answer.',
  port_in_use: 'Another program listens on this port. Stop it, or set COUNTERSIGN_PORT.',
};

/** One paragraph for a person: code, advice, details. Never a password: messages of foreign errors are left out. */
export function explainStartProblem(error: unknown): string {
  const { code, details } = toCoded(error);
  const facts = Object.entries(details).map(([name, value]) => `\n  ${name}: ${value}`);
  return `Countersign server did not start (${code}). ${advice[code] ?? ''}${facts.join('')}\n`;
}

function toCoded(error: unknown): Pick<CodedError, 'code' | 'details'> {
  if (error instanceof CodedError) return error;
  const systemCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (systemCode === 'EADDRINUSE') return { code: 'port_in_use', details: {} };
  if (databaseUnavailable(error)) return { code: 'database_unreachable', details: { reason: systemCode } };
  const name = error instanceof Error ? error.name : typeof error;
  return { code: 'unexpected', details: { error: systemCode === '' ? name : `${name} ${systemCode}` } };
}
