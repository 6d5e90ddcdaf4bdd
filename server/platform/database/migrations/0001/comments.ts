/** What tables and columns mean, where their names do not say it. The types of `tables.ts` are generated with them. */
export const comments: Record<string, { of?: string; columns?: Record<string, string> }> = {
  server_state: {
    of: 'One row. `epoch` changes when the database was restored from a backup.',
    columns: {
      journal_id:
        'Of the journal that was kept since the database was made, or since the last restore; null before the first start.',
      confirmed_anew_after:
        'Drawn when the database was restored and there was no journal to play back: what was agreed before counts only if it was confirmed after this. Null: never.',
      asks_anew: 'Whether verifications of before that are still to be asked about.',
    },
  },
  installation_keys: {
    of: 'The keys of the key file that something here is under.',
    columns: {
      state:
        '`primary`: for what is new, one of each use. `rotating`: what is under it moves to the primary one. `kept`: under it is only what cannot be moved, or is over soon.',
    },
  },
  kiosks: {
    columns: {
      in_order_sequence: 'The highest that came in order; what came ahead of its place may be higher.',
      forked_from:
        'The lowest sequence number of which two records are here; from there on the chain proves no order. Null: it never forked.',
    },
  },
  configuration_revisions: {
    of: 'What servers brought at their start, numbered anew in each epoch. `digest` stands for all that it says.',
  },
  enrolment_codes: {
    of: '`name` is the first group of the code; the secret is kept as a keyed hash.',
    columns: {
      key_id: 'Of the master key that it is hashed under.',
    },
  },
  records: {
    of: 'What a kiosk sent, as it came. Inserted once, never changed.',
    columns: {
      received_from: 'Null: what a proxy said of it was no address.',
      server_sequence: 'Drawn for the batch that brought it.',
      named_server_sequence:
        'Of the countersignature that its header names: counter, and time as evidence. Null when this server never gave it.',
    },
  },
  sealed_bodies: {
    of: "What a record's header vouches for; gone once its subject was erased, or its month dropped. Partitioned by the month of `received_at`.",
  },
  unopened_records: {
    of: 'Waiting to be opened, or, with a code, parked: cannot be used, kept for head office. Deleted when opened.',
    columns: {
      batch_id: 'What jobs name: records that came in together and are as urgent.',
      stops: 'Whether it stops something.',
      parked_by: 'The version that could not use it.',
    },
  },
  stray_records: {
    of: 'Records whose predecessor was not here, with the sequence number before theirs, when they came.',
  },
  gaps: {
    of: "Sequence numbers below the kiosk's highest that have never arrived.",
    columns: {
      closed_at: 'That head office has closed its alarm, and why.',
    },
  },
  alarms: {
    of: 'One for each kiosk and code (server/modules/integrity/alarm-repository.ts).',
    columns: {
      closed_at: 'Null: open.',
      closing_note: 'Null when it was over by itself.',
    },
  },
  subjects: {
    of: 'Deleting a row destroys the key, and with it everything that was stored about the person.',
    columns: {
      key_id: 'Of the master key that wraps it.',
    },
  },
  subject_numbers: {
    of: 'Keyed blind index of a number: finds the person without a number or a plain hash of one in the database.',
    columns: {
      key_id: 'Of the master key that it is hashed under.',
    },
  },
  suppressions: {
    of: 'A number that was erased, and must not be contacted because of anything agreed before. No number is here, and no way to one.',
    columns: {
      known:
        "Of what was played back from the journal, the last record of the number that each kiosk had delivered before it. Null where the server's counter tells: whatever was accepted before it.",
      key_id: 'Of the master key that it is hashed under. It stays the same until the number is seen again.',
      suppressed_on: 'Read as a UTC day.',
    },
  },
  opened_records: {
    of: "Body under the subject's own key, which `subject_id` names; the manage token only as a hash.",
    columns: {
      manage_token_hash: 'Null for records without a page of their own, such as withdrawals.',
      device_time: 'As the kiosk signed it: evidence, never an order.',
      ends_consent: 'Whether it ends what was agreed for the number: a withdrawal, or a change to another number.',
      named_server_sequence:
        '`server_sequence` of the countersignature that the record names; null when this server never gave it.',
      named_server_time: 'Its time, as evidence.',
    },
  },
  verifications: {
    of: 'One per record that agrees to something, under the number that has to confirm it.',
    columns: {
      id: 'Names it to the kiosk.',
      due_at: 'When a text with a link is due, unless confirmed before; null: not (any more).',
      code_hash: 'Keyed hash of the newest code; null when there is none or its tries are used up.',
      code_key_id: 'Of the master key that the newest code was hashed under.',
      link_hash: 'Of the token in the text with a link: whoever has it has the number.',
      confirmed_sequence: 'Drawn when it was confirmed.',
      asked_after: 'The number after which it was last asked about anew (`confirmed_anew_after`).',
    },
  },
  sent_messages: {
    of: "That a text was sent, for the limits; neither number nor words. `block` is a keyed hash of the number's leading digits.",
    columns: {
      key_id: 'Of the master key that `block` is hashed under.',
    },
  },
  number_blocks: { of: "Locked while a text to one of the block's numbers is counted." },
  server_events: {
    of: 'What people did at the server itself. The database refuses to change or delete a row.',
    columns: {
      known:
        "Of what was played back from the journal, the last record of the number that each kiosk had delivered before it. Null where the server's counter tells: whatever was accepted before it.",
      source:
        "`manage_page` was opened from a text and ends everything for the number; `receipt_page` ends its own record alone; `record` is a kiosk's record that ends everything, known from the journal and not, or not yet again, from the kiosk.",
      kiosk_id: 'The record whose page it came from, or that it is.',
      sequence: 'Of the record; null where it was not played back from the journal.',
    },
  },
  published_notices: {
    of: 'Every notice a kiosk can have shown, by its hash, for ever. `document` is the canonical JSON that was hashed.',
  },
  left_out_sequences: {
    of: "Numbers of the server's counter between these two were never given (server-sequence.ts).",
  },
  api_keys: {
    of: 'Of an integration; also when it is over. The secret is here as its SHA-256 only.',
    columns: {
      last_used_at: 'To the hour.',
    },
  },
  audit_lock: { of: 'One row, which appending to the audit trail locks.' },
  audit_entries: {
    of: 'The audit trail (server/platform/audit-trail). The database refuses to change or delete a row.',
  },
  unwritten_journal_lines: { of: 'Sealed entries of the journal that are committed and not on its disk yet.' },
  kiosk_events: { of: 'What head office did to a kiosk. The newest holds.' },
};
