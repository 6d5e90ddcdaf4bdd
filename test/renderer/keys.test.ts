import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyChoice } from '../../renderer/keys/choice.ts';
import { type KeyClock, KeyPace } from '../../renderer/keys/pace.ts';

/** A clock that only the test moves; what is due runs in order. */
class TestClock implements KeyClock {
  #now = 0;
  #due: { at: number; run: () => void }[] = [];
  now = () => this.#now;
  after = (milliseconds: number, run: () => void) => {
    const entry = { at: this.#now + milliseconds, run };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((each) => each !== entry);
    };
  };
  /** @param late the page is busy: timers run only at the end. */
  to(time: number, late = false): void {
    for (;;) {
      const next = this.#due.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((each) => each !== next);
      this.#now = Math.max(this.#now, late ? time : next.at);
      next.run();
    }
    this.#now = time;
  }
}

interface Press {
  sign: string;
  /** Milliseconds since the one before. */
  gap: number;
}

function typed(presses: readonly Press[]): { hands: string; bursts: string[] } {
  const clock = new TestClock();
  const found = { hands: '', bursts: [] as string[] };
  const pace = new KeyPace<string>({
    clock,
    onHand: (sign) => {
      found.hands += sign;
    },
    onBurst: (signs) => found.bursts.push(signs.join('')),
  });
  let at = 1_000;
  for (const { sign, gap } of presses) {
    at += gap;
    clock.to(at);
    pace.press(sign, at);
  }
  clock.to(at + 1_000);
  return found;
}

const signs = fc.string({ minLength: 1, maxLength: 1 });
const atPace = (min: number, max: number, least: number) =>
  fc.array(fc.record({ sign: signs, gap: fc.integer({ min, max }) }), { minLength: least, maxLength: 60 });

describe('found 15: a burst is nothing, a hand loses nothing', () => {
  test('whatever a device types with 0 to 30 ms between its keys, not even the first key of it counts', () => {
    fc.assert(
      fc.property(atPace(0, 30, 2), (burst) => {
        expect(typed(burst)).toEqual({ hands: '', bursts: [burst.map(({ sign }) => sign).join('')] });
      }),
    );
  });

  test('a fast hand on a number pad, 80 to 120 ms from key to key, loses no key', () => {
    fc.assert(
      fc.property(atPace(80, 120, 1), (presses) => {
        expect(typed(presses)).toEqual({ hands: presses.map(({ sign }) => sign).join(''), bursts: [] });
      }),
    );
  });

  test('a burst between two keys of a hand takes neither of them along', () => {
    const gap = 10;
    const device = [...'3017620422003\n'].map((sign) => ({ sign, gap }));
    const [first, ...rest] = device;
    if (first === undefined) throw new Error('no burst');
    const found = typed([{ sign: '0', gap: 0 }, { ...first, gap: 90 }, ...rest, { sign: '7', gap: 90 }]);
    expect(found).toEqual({ hands: '07', bursts: ['3017620422003\n'] });
  });

  test('what a hand typed while the page was busy counts by when it was pressed', () => {
    const clock = new TestClock();
    const hands: string[] = [];
    const pace = new KeyPace<string>({
      clock,
      onHand: (sign) => hands.push(sign),
      onBurst: () => hands.push('burst'),
    });
    clock.to(1_500);
    // All of them heard of at once, half a second late.
    for (const [at, sign] of [...'07400'].entries()) pace.press(sign, 1_000 + at * 100);
    clock.to(2_000);
    expect(hands.join('')).toBe('07400');
  });

  test('what comes so late that its first key was taken for a hand’s, is a burst from the second key on', () => {
    const clock = new TestClock();
    const hands: string[] = [];
    const pace = new KeyPace<string>({ clock, onHand: (sign) => hands.push(sign), onBurst: () => undefined });
    pace.press('3', 0);
    clock.to(90);
    pace.press('0', 5);
    clock.to(200);
    pace.press('\n', 10);
    clock.to(1_000);
    expect(hands).toEqual(['3']);
  });

  test('a timer that comes late is no proof of stillness: the rest of the burst may wait behind it', () => {
    const clock = new TestClock();
    const hands: string[] = [];
    const pace = new KeyPace<string>({ clock, onHand: (sign) => hands.push(sign), onBurst: () => undefined });
    pace.press('5', 0);
    clock.to(200, true);
    pace.press('\n', 10);
    clock.to(1_000);
    expect(hands).toEqual([]);
  });
});

describe('found 15: the keys are chosen by a deliberate act', () => {
  function chosenBy(presses: readonly (Press & { counts?: boolean })[]): boolean {
    const clock = new TestClock();
    let chosen = false;
    const choice = new KeyChoice(clock, () => {
      chosen = true;
    });
    let at = 1_000;
    for (const { sign, gap, counts = true } of presses) {
      at += gap;
      clock.to(at);
      choice.press(sign, at, counts);
    }
    clock.to(at + 5_000);
    return chosen;
  }
  const evenly = (text: string, gap: number) => [...text].map((sign) => ({ sign, gap }));

  test('one key twice at a hand’s pace, or as often as somebody likes, or after a long look', () => {
    expect(chosenBy(evenly('55', 150))).toBe(true);
    expect(chosenBy(evenly('5555', 200))).toBe(true);
    expect(chosenBy(evenly('55', 8_000))).toBe(true);
    expect(
      chosenBy([
        { sign: 'Tab', gap: 0 },
        { sign: 'Tab', gap: 180 },
      ]),
    ).toBe(true);
  });

  test('somebody who began too fast chooses by going on', () => {
    const hasty = [
      { sign: 'Tab', gap: 0 },
      { sign: 'Enter', gap: 120 },
      { sign: 'Enter', gap: 80 },
    ];
    expect(chosenBy(hasty)).toBe(false);
    expect(chosenBy([...hasty, { sign: 'Enter', gap: 600 }, { sign: 'Enter', gap: 600 }])).toBe(true);
  });

  test('no device that types as slowly as a hand: any text of two different signs or more, 50 to 290 ms from key to key', () => {
    const slow = fc
      .record({ text: fc.string({ minLength: 2, maxLength: 40 }), gap: fc.integer({ min: 50, max: 290 }) })
      .filter(({ text }) => new Set(text).size > 1);
    fc.assert(fc.property(slow, ({ text, gap }) => !chosenBy(evenly(text, gap))));
  });

  test('no Tab in front of one reading and one in front of the next', () => {
    const clock = new TestClock();
    let chosen = false;
    const choice = new KeyChoice(clock, () => {
      chosen = true;
    });
    for (const at of [1_000, 3_000, 5_000]) {
      clock.to(at);
      choice.press('Tab', at, true);
      clock.to(at + 200);
      choice.interrupt();
    }
    clock.to(10_000);
    expect(chosen).toBe(false);
  });

  test('digits of a number that is being typed choose nothing', () => {
    expect(chosenBy(evenly('00', 200).map((press) => ({ ...press, counts: false })))).toBe(false);
    expect(
      chosenBy([
        { sign: '5', gap: 0, counts: false },
        { sign: '5', gap: 200 },
      ]),
    ).toBe(false);
  });
});
