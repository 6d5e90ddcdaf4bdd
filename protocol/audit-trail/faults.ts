/** Everything a verifier can find wrong with an audit trail, in words. */
export const trailFaults = {
  file_malformed: 'The first line does not say what this is, as the format has it.',
  line_malformed: 'The line is no entry and no head, as the format has them.',
  line_order: 'The entry stands out of order, or for the second time.',
  entry_missing: 'Entries are missing: their sequence numbers are not there.',
  entry_altered: 'The hash of the entry is not that of what it says: it was changed.',
  entry_unlinked: 'The entry does not name the one before it: one of the two was changed, exchanged or put in.',
  head_missing: 'The file does not end with the signed head: something was cut off.',
  head_invalid: "The server's signature of the head does not hold.",
  head_mismatch: 'The signed head is not about the last entry here: entries were cut off, changed or added.',
  trail_rewritten: 'An earlier export was signed with another entry at this place, or with more entries than are here.',
} as const;
export type TrailFaultCode = keyof typeof trailFaults;

export interface TrailFault {
  /** Counted from 1. */
  line: number;
  /** Of the entry; null where it is about none. */
  sequence: number | null;
  code: TrailFaultCode;
}
