import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Grant, standingOf, type Withdrawal } from '../../server/consent/standing.ts';

/**
 * A world in which it is known what really happened when: kiosks write records in order, deliver them in batches whenever
 * they like, and learn a countersignature with each delivery. The server must never let an agreement stand that was really
 * given before a withdrawal.
 */
interface Step {
  kiosk: number;
  what: 'grant' | 'withdraw' | 'deliver' | 'withdraw_at_server';
  /** Milliseconds since the step before. */
  pause: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kiosk: fc.nat(1),
  what: fc.constantFrom('grant', 'withdraw', 'deliver', 'withdraw_at_server'),
  // Mostly within one millisecond, where times prove nothing.
  pause: fc.constantFrom(0, 0, 0, 1),
});

interface Made {
  kind: 'grant' | 'withdraw';
  order: number;
  sequence: number;
  named: Grant['after'];
}

function play(steps: Step[]) {
  let time = 1_000;
  let order = 0;
  const kiosks = [0, 1, 2].map(() => ({
    sequence: 0,
    unsent: [] as Made[],
    named: null as Grant['after'],
  }));
  const grants: { order: number; grant: Grant }[] = [];
  const withdrawals: { order: number; withdrawal: Withdrawal }[] = [];
  const deliver = (index: number) => {
    const kiosk = kiosks[index];
    if (kiosk === undefined) return;
    const receivedAt = new Date(time);
    for (const { kind, order: made, sequence, named } of kiosk.unsent) {
      const place = { kioskId: String(index), sequence };
      if (kind === 'withdraw') withdrawals.push({ order: made, withdrawal: { notAfter: receivedAt, place } });
      else grants.push({ order: made, grant: { after: named, needsConfirmation: false, confirmed: false } });
    }
    kiosk.unsent = [];
    kiosk.named = { given: receivedAt, covers: { kioskId: String(index), sequence: kiosk.sequence } };
  };
  for (const { kiosk: index, what, pause } of steps) {
    time += pause;
    order += 1;
    const kiosk = kiosks[index];
    if (kiosk === undefined) continue;
    if (what === 'deliver') deliver(index);
    else if (what === 'withdraw_at_server') {
      withdrawals.push({ order, withdrawal: { notAfter: new Date(time), place: null } });
    } else {
      kiosk.sequence += 1;
      kiosk.unsent.push({ kind: what, order, sequence: kiosk.sequence, named: kiosk.named });
    }
  }
  for (const index of [0, 1, 2]) deliver(index);
  return { grants, withdrawals };
}

const steps = fc.array(step, { minLength: 1, maxLength: 30 });

test('an agreement that was given before a withdrawal never stands, whenever either arrives', () => {
  fc.assert(
    fc.property(steps, (history) => {
      const { grants, withdrawals } = play(history);
      for (const { order, grant } of grants) {
        const standing = standingOf(
          grant,
          withdrawals.map(({ withdrawal }) => withdrawal),
        );
        if (withdrawals.some((each) => each.order > order)) expect(standing).toBe('withdrawn');
      }
    }),
    { numRuns: 5_000 },
  );
});

test('the order of arrival changes nothing', () => {
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat()), (history, shuffle) => {
      const { grants, withdrawals } = play(history);
      const known = withdrawals.map(({ withdrawal }) => withdrawal);
      const keyed = known.map((withdrawal) => ({ withdrawal, key: shuffle.next().value ?? 0 }));
      const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ withdrawal }) => withdrawal);
      for (const { grant } of grants) expect(standingOf(grant, shuffled)).toBe(standingOf(grant, known));
    }),
    { numRuns: 2_000 },
  );
});

test('an agreement given on a kiosk after it heard of a later time stands', () => {
  const { grants, withdrawals } = play([
    { kiosk: 0, what: 'grant', pause: 1 },
    { kiosk: 0, what: 'withdraw', pause: 1 },
    { kiosk: 0, what: 'deliver', pause: 0 },
    { kiosk: 0, what: 'grant', pause: 0 },
    { kiosk: 1, what: 'deliver', pause: 1 },
    { kiosk: 1, what: 'grant', pause: 0 },
    { kiosk: 2, what: 'grant', pause: 1 },
  ]);
  const known = withdrawals.map(({ withdrawal }) => withdrawal);
  const standings = grants.toSorted((a, b) => a.order - b.order).map(({ grant }) => standingOf(grant, known));
  expect(standings).toEqual(['withdrawn', 'active', 'active', 'withdrawn']);
});

test.each([
  [{ needsConfirmation: true, confirmed: false }, 'pending'],
  [{ needsConfirmation: true, confirmed: true }, 'active'],
  [{ needsConfirmation: false, confirmed: false }, 'active'],
])('without a withdrawal: %j is %s', (grant, standing) => {
  expect(standingOf({ after: null, ...grant }, [])).toBe(standing);
});
