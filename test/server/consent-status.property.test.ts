import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consentStatusOf, type Grant, type Withdrawal } from '../../server/modules/consent/consent-status.ts';

/**
 * A world in which it is known what really happened when: kiosks write records in order, deliver them or only their withdrawals
 * whenever they like, hear from the server with each delivery and each poll, and one of them is copied. Nothing in it has a clock.
 */
interface Step {
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

function play(steps: Step[]) {
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
const steps = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });

/** Whether the server has what the withdrawal's chain is made of, from the withdrawal down to the place above the agreement's. */
function isChainKnown(withdrawal: Made | null, grant: Made): boolean {
  if (withdrawal === null || withdrawal.kioskId !== grant.kioskId || withdrawal.sequence <= grant.sequence) return true;
  for (let at: Made | null = withdrawal; at !== null && at.sequence > grant.sequence; at = at.previous) {
    if (at.accepted === null) return false;
  }
  return true;
}

// Each withdrawal by itself, so that no other one hides what it does.
test('kept 1: an agreement that was given before a withdrawal never stands, whenever either arrives', () => {
  fc.assert(
    fc.property(steps, (history) => {
      const { grants, withdrawals, grantOf } = play(history);
      for (const grant of grants) {
        const saidAgain = grant.confirmed?.order ?? grant.order;
        for (const withdrawal of withdrawals.filter(({ order }) => order > saidAgain)) {
          expect(consentStatusOf(grantOf(grant), [withdrawal])).not.toBe('active');
        }
      }
    }),
    { numRuns: 20_000 },
  );
});

// As long as records between them are missing, a withdrawal with the higher number ends the agreement: on a kiosk that nobody
// copied it was said later, and who has stopped must not be asked. What is missing comes with the kiosk's next delivery.
test('kept 1: an agreement that was given after a withdrawal the server knew is never swallowed: it stands, or is asked about', () => {
  fc.assert(
    fc.property(steps, (history) => {
      const { grants, withdrawals, grantOf } = play(history);
      for (const grant of grants) {
        const known = withdrawals.filter(
          ({ order, accepted, record }) =>
            order < grant.order && accepted < (grant.accepted ?? 0) && isChainKnown(record, grant),
        );
        for (const withdrawal of known) expect(consentStatusOf(grantOf(grant), [withdrawal])).not.toBe('withdrawn');
      }
    }),
    { numRuns: 20_000 },
  );
});

test('the order in which they are looked at changes nothing', () => {
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat()), (history, shuffle) => {
      const { grants, withdrawals, grantOf } = play(history);
      const keyed = withdrawals.map((withdrawal) => ({ withdrawal, key: shuffle.next().value ?? 0 }));
      const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ withdrawal }) => withdrawal);
      for (const grant of grants) {
        expect(consentStatusOf(grantOf(grant), shuffled)).toBe(consentStatusOf(grantOf(grant), withdrawals));
      }
    }),
    { numRuns: 1_000 },
  );
});

const standings = (history: [number, Step['what']][]) => {
  const { grants, consentStatus } = play(history.map(([kiosk, what]) => ({ kiosk, what })));
  return grants.map(consentStatus);
};

test.each<[string, [number, Step['what']][], string[]]>([
  [
    'again after the kiosk has heard of the stop',
    [
      [0, 'withdraw_at_server'],
      [1, 'poll'],
      [1, 'grant'],
      [1, 'deliver'],
    ],
    ['active'],
  ],
  [
    'again on a kiosk that has not heard of it',
    [
      [0, 'withdraw_at_server'],
      [1, 'grant'],
      [1, 'deliver'],
    ],
    ['pending'],
  ],
  [
    'and confirmed then',
    [
      [0, 'withdraw_at_server'],
      [1, 'grant'],
      [1, 'deliver'],
      [0, 'confirm'],
    ],
    ['active'],
  ],
  [
    'stopped on the kiosk, and again there, all offline',
    [
      [1, 'withdraw'],
      [1, 'grant'],
      [1, 'deliver'],
    ],
    ['active'],
  ],
  [
    'agreed and then stopped on the kiosk, all offline',
    [
      [1, 'grant'],
      [1, 'withdraw'],
      [1, 'deliver'],
    ],
    ['withdrawn'],
  ],
  [
    'stopped on one of two machines of one disk, agreed before on the other',
    [
      [0, 'copy'],
      [0, 'grant'],
      [0, 'grant'],
      [2, 'withdraw'],
      [0, 'deliver'],
      [2, 'deliver'],
    ],
    ['withdrawn', 'withdrawn'],
  ],
  [
    'agreed on one of two machines of one disk, stopped before on the other',
    [
      [0, 'copy'],
      [2, 'grant'],
      [2, 'withdraw'],
      [0, 'grant'],
      [2, 'deliver'],
      [0, 'deliver'],
    ],
    ['withdrawn', 'pending'],
  ],
  [
    'agreed on one of two machines of one disk, stopped on the other, whose stop alone has come',
    [
      [0, 'copy'],
      [2, 'grant'],
      [2, 'withdraw'],
      [2, 'deliver_ahead'],
      [0, 'grant'],
      [0, 'deliver'],
    ],
    ['pending'],
  ],
  [
    'a stop from elsewhere that arrives late',
    [
      [0, 'withdraw'],
      [1, 'grant'],
      [1, 'deliver'],
      [0, 'deliver'],
    ],
    ['withdrawn'],
  ],
])('%s', (_, history, expected) => {
  expect(standings(history)).toEqual(expected);
});

test.each([
  [{ needsConfirmation: true, confirmed: null }, 'pending'],
  [{ needsConfirmation: true, confirmed: 7 }, 'active'],
  [{ needsConfirmation: false, confirmed: null }, 'active'],
])('without a withdrawal: %j is %s', (how, consentStatus) => {
  const place = { kioskId: 'k', sequence: 1 };
  expect(consentStatusOf({ place, accepted: 2, after: null, linked: { first: 1, last: 1 }, ...how }, [])).toBe(
    consentStatus,
  );
});
