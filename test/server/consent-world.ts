import fc from 'fast-check';
import { consentStatusOf, type Grant, type Withdrawal } from '../../server/modules/consent/consent-status.ts';

/**
 * A world in which it is known what really happened when: kiosks write records in order, deliver them or only their withdrawals
 * whenever they like, hear from the server with each delivery and each poll, and one of them is copied. Nothing in it has a clock.
 */
export interface Step {
  kiosk: number;
  what: 'grant' | 'withdraw' | 'deliver' | 'deliver_ahead' | 'poll' | 'withdraw_at_server' | 'confirm' | 'copy';
}

const step: fc.Arbitrary<Step> = fc.record({
  kiosk: fc.nat(2),
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('grant' as const, 'withdraw' as const, 'deliver' as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'deliver_ahead' as const,
        'poll' as const,
        'withdraw_at_server' as const,
        'confirm' as const,
      ),
    },
    { weight: 1, arbitrary: fc.constant('copy' as const) },
  ),
});

interface Made {
  kind: 'grant' | 'withdraw';
  kioskId: string;
  sequence: number;
  /** The record before it in its chain, which it names by its hash. */
  previous: Made | null;
  named: number;
  /** When it really happened. */
  order: number;
  accepted: number | null;
  confirmed: { number: number; order: number } | null;
}

interface Machine {
  kioskId: string;
  last: Made | null;
  named: number;
  unsent: Made[];
}

interface AtServer {
  order: number;
  accepted: number;
}

export function play(steps: Step[]) {
  let counter = 1;
  let order = 0;
  const machines: Machine[] = ['0', '1', '2'].map((kioskId) => ({ kioskId, last: null, named: counter, unsent: [] }));
  const made: Made[] = [];
  const atServer: AtServer[] = [];
  const accept = (machine: Machine, which: (record: Made) => boolean) => {
    const arriving = machine.unsent.filter(which);
    if (arriving.length === 0) return;
    counter += 1;
    for (const record of arriving) record.accepted ??= counter;
    machine.unsent = machine.unsent.filter((record) => !which(record));
    machine.named = counter;
  };
  const does: Record<Step['what'], (machine: Machine) => void> = {
    grant: (machine) => make(machine, 'grant'),
    withdraw: (machine) => make(machine, 'withdraw'),
    deliver: (machine) => accept(machine, () => true),
    deliver_ahead: (machine) => accept(machine, ({ kind }) => kind === 'withdraw'),
    poll: (machine) => {
      machine.named = counter;
    },
    withdraw_at_server: () => {
      counter += 1;
      atServer.push({ order, accepted: counter });
    },
    confirm: () => {
      const asked = made.findLast(({ kind, accepted, confirmed }) => kind === 'grant' && accepted && !confirmed);
      if (asked === undefined || consentStatus(asked) !== 'pending') return;
      counter += 1;
      asked.confirmed = { number: counter, order };
    },
    // The last one becomes a copy of the first, disk and all.
    copy: () => {
      const [first] = machines;
      if (first !== undefined) machines[2] = { ...first, unsent: [...first.unsent] };
    },
  };
  function make(machine: Machine, kind: Made['kind']): void {
    const { kioskId, last: previous, named } = machine;
    const sequence = (previous?.sequence ?? 0) + 1;
    const record: Made = { kind, kioskId, sequence, previous, named, order, accepted: null, confirmed: null };
    made.push(record);
    machine.last = record;
    machine.unsent.push(record);
  }
  function withdrawals(): (Withdrawal & { order: number; record: Made | null })[] {
    const records = made.flatMap((record) => {
      const { kind, accepted, kioskId, sequence, order: really } = record;
      return kind === 'withdraw' && accepted !== null
        ? [{ accepted, place: { kioskId, sequence }, order: really, record }]
        : [];
    });
    return [...records, ...atServer.map((event) => ({ ...event, place: null, record: null }))];
  }
  function grantOf({ kioskId, sequence, named, accepted, confirmed }: Made): Grant {
    const here = made.filter((each) => each.kioskId === kioskId && each.accepted !== null);
    const numbers = here.map((each) => each.sequence).sort((a, b) => a - b);
    const twice = numbers.filter((number, index) => numbers[index + 1] === number);
    const elsewhere = here.flatMap(({ previous }) =>
      previous !== null && previous.accepted === null && numbers.includes(previous.sequence) ? [previous.sequence] : [],
    );
    const forkedFrom = Math.min(...twice, ...elsewhere);
    const missing = Array.from({ length: sequence - 1 }, (_, index) => index + 1).findLast((n) => !numbers.includes(n));
    return {
      place: { kioskId, sequence },
      accepted: accepted ?? 0,
      after: named,
      linked: { first: (missing ?? 0) + 1, last: Math.min(sequence, forkedFrom - 1) },
      needsConfirmation: false,
      confirmed: confirmed?.number ?? null,
    };
  }
  const consentStatus = (record: Made) => consentStatusOf(grantOf(record), withdrawals());
  for (const { kiosk, what } of steps) {
    order += 1;
    const machine = machines[kiosk];
    if (machine !== undefined) does[what](machine);
  }
  const grants = made.filter(({ kind, accepted }) => kind === 'grant' && accepted !== null);
  return { grants, withdrawals: withdrawals(), grantOf, consentStatus };
}

// Without a size fast-check keeps most arrays below ten.
export const steps = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });

/** Whether the server has what the withdrawal's chain is made of, from the withdrawal down to the place above the agreement's. */
export function isChainKnown(withdrawal: Made | null, grant: Made): boolean {
  if (withdrawal === null || withdrawal.kioskId !== grant.kioskId || withdrawal.sequence <= grant.sequence) return true;
  for (let at: Made | null = withdrawal; at !== null && at.sequence > grant.sequence; at = at.previous) {
    if (at.accepted === null) return false;
  }
  return true;
}
