import type { PhoneRefusalCode } from './phone/verdict.ts';

/**
 * How the server refuses a request: HTTP status and title of the problem document (RFC 9457). Codes are permanent, because programs
 * decide by them; titles are for people and may change.
 */
export const refusals = {
  request_malformed: { status: 400, title: 'The request does not have the form that is documented.' },
  request_unsigned: { status: 401, title: 'The request is not signed as RFC 9421 and the record format say.' },
  signature_invalid: { status: 401, title: 'The signature does not hold for the kiosk that it names.' },
  digest_mismatch: { status: 401, title: 'The body is not the one that was signed.' },
  request_stale: { status: 401, title: 'It was signed more than 300 seconds before or after the time of the server.' },
  request_replayed: { status: 401, title: 'The nonce of this request was used before.' },
  kiosk_unknown: { status: 401, title: 'No kiosk with this id is enrolled here.' },
  admin_token_wrong: { status: 401, title: 'The token is not that of head office.' },
  api_key_wrong: { status: 401, title: 'There is no API key with this secret.' },
  api_key_revoked: { status: 401, title: 'The API key was revoked.' },
  api_key_ended: { status: 401, title: 'The API key has ended.' },
  kiosk_revoked: { status: 403, title: 'Head office has revoked this kiosk.' },
  enrolment_code_refused: { status: 403, title: 'The enrolment code is wrong, used or over.' },
  permission_missing: {
    status: 403,
    title: 'Whoever asks may not do this; details name the permission that it takes.',
  },
  number_country: { status: 403, title: 'The shop sends no texts to the country of this number.' },
  record_unknown: { status: 404, title: 'The record is not opened yet, or not of this kiosk. Ask again in a moment.' },
  not_found: { status: 404, title: 'There is nothing at this address.' },
  batch_early: { status: 409, title: 'It follows a batch that is not stored yet. Nothing of it was kept.' },
  verification_over: { status: 410, title: 'No try is left, or the time of the code is over.' },
  body_too_large: { status: 413, title: 'The body is larger than this address takes.' },
  batch_out_of_order: { status: 422, title: 'The records are not in the order of their sequence numbers.' },
  record_repeated: { status: 422, title: 'A record stands in the batch twice.' },
  verification_limited: { status: 429, title: 'Too many texts to this number, or from this kiosk.' },
  too_many_requests: { status: 429, title: 'Too many requests. Retry-After says when to come back.' },
  internal: { status: 500, title: 'A fault of the server; its log says more.' },
  keys_outdated: { status: 503, title: 'The key file of this server lacks a key that the database uses.' },
  not_ready: { status: 503, title: 'The server or its database cannot take this right now. Try again.' },
  messages_unavailable: { status: 503, title: 'No text can be sent right now.' },
} as const satisfies Record<string, { status: number; title: string }>;

/** Every code the server may refuse a request with. */
export type RefusalCode = keyof typeof refusals;

export const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);

/** Whether a bearer token, and no signature, was wrong (RFC 6750). */
export const isBearerRefusal = (code: string): boolean => code === 'admin_token_wrong' || code.startsWith('api_key_');

/** What goes wrong inside a program and is no answer of the server. Screens and the server's start have words for what people meet. */
type InternalCode =
  // What a kiosk may find instead of its server.
  | 'unreachable'
  | 'untrusted_answer'
  | 'answer_too_large'
  | 'refused'
  // Kiosk: joining a server.
  | 'already_enrolled'
  | 'not_enrolled'
  | 'pins_equal'
  | 'provisioning_field_malformed'
  | 'provisioning_field_missing'
  | 'provisioning_field_unknown'
  | 'provisioning_not_json'
  | 'provisioning_unreadable'
  | 'server_url_insecure'
  | 'server_url_malformed'
  | 'tls_required'
  // Kiosk: what the screens ask of the main process.
  | 'argument_malformed'
  | 'attestation_missing'
  | 'chain_moved'
  | 'manager_locked'
  | 'nothing_granted'
  | 'nothing_saved'
  | 'notice_outdated'
  | 'numbers_equal'
  | 'reset_refused_unsent'
  | 'sender_unknown'
  | PhoneRefusalCode
  // Kiosk: its own database.
  | 'database_damaged'
  | 'ledger_not_empty'
  | 'storage_failed'
  | 'storage_full'
  // Configuration.
  | 'configuration_malformed'
  | 'configuration_missing'
  | 'configuration_outdated'
  | 'configuration_not_json'
  | 'configuration_signature_invalid'
  | 'configuration_unknown'
  | 'configuration_unreadable'
  | 'notice_hash_wrong'
  // Server: start.
  | 'data_folder_in_use'
  | 'file_unusable'
  | 'host_not_here'
  | 'journal_moved'
  | 'keys_malformed'
  | 'keys_missing'
  | 'keys_wrong'
  | 'port_forbidden'
  | 'port_in_use'
  | 'settings_malformed'
  | 'tls_unusable'
  | 'unexpected'
  // Server: its database.
  | 'database_access_refused'
  | 'database_encoding'
  | 'database_failed'
  | 'database_forbidden'
  | 'database_full'
  | 'database_host_unknown'
  | 'database_login_refused'
  | 'database_missing'
  | 'database_newer'
  | 'database_no_space'
  | 'database_not_bundled'
  | 'database_not_postgres'
  | 'database_not_started'
  | 'database_password_missing'
  | 'database_read_only'
  | 'database_tls_untrusted'
  | 'database_unreachable'
  | 'database_url_malformed'
  | 'database_without_tls'
  | 'migration_failed'
  // Server: jobs.
  | 'subjects_unreadable'
  | 'opened_elsewhere'
  | 'server_stopping';

/** Every code a {@link CodedError} can have. */
export type ErrorCode = RefusalCode | InternalCode;
