/** Everything a verifier can find wrong, in words. Codes that a server raises as alarms mean the same there. */
export const auditFaults = {
  file_malformed: 'The first line does not say whose ledger this is, as the format has it.',
  line_malformed: 'The line is no record, no countersignature and no end, as the format has them.',
  line_order:
    'The line stands out of order, or for the second time: sequence numbers rise, and a countersignature follows its record.',
  header_malformed: 'The header is not as section 2 has it, or names another kiosk.',
  header_not_canonical: 'The header is not written in canonical JSON.',
  body_altered: 'The sealed body is not the one whose hash was signed.',
  body_swapped: 'The sealed body belongs to another record.',
  signature_invalid: "The kiosk's signature does not hold for header and body.",
  sequence_missing: 'Records are missing: their sequence numbers are not there.',
  link_broken: 'The record does not name the one before it, and not the genesis hash if it is the first.',
  fork: 'Two records cannot both be in one chain: same sequence, same id or same predecessor.',
  countersignature_missing:
    'No countersignature covers the record or the enrolment, so nothing says that the server took it in.',
  countersignature_kiosk: 'The countersignature names another kiosk.',
  signing_key_unknown: 'The countersignature names a key that is not in this file.',
  countersignature_invalid: "The server's signature does not hold.",
  countersignature_mismatch: 'The countersignature is about a record that is not there.',
  countersignature_unknown: 'The record names a countersignature that is not there.',
  countersignature_later: 'The record names a countersignature of itself or of a later record.',
  countersignature_early: 'The countersignature was given before the one that its record names.',
  end_missing: 'The file does not end as it should: something was cut off.',
  end_counts: 'The file has not as many lines as its end says.',
  file_altered: "The server's signature of the file does not hold: a line was changed, dropped or moved.",
} as const;
export type AuditFaultCode = keyof typeof auditFaults;

export interface AuditFault {
  /** Counted from 1. */
  line: number;
  /** Of the record or countersignature; null where it is about neither. */
  sequence: number | null;
  code: AuditFaultCode;
}
