import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consentStatusOf } from '../../server/modules/consent/consent-status.ts';
import { isChainKnown, play, type Step, steps } from './consent-world.ts';

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
