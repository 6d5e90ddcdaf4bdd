import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterArrival, type Range } from '../../server/modules/integrity/gaps.ts';

test('gaps are what is missing below the highest number, whatever the order of arrival', () => {
  const batch = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 12 }), (batches) => {
      let state: { gaps: Range[]; highest: number } = { gaps: [], highest: 0 };
      const here = new Set<number>();
      for (const numbers of batches) {
        const arrived = numbers.toSorted((a, b) => a - b);
        const touched = state.gaps.filter(({ first, last }) => arrived.some((n) => first <= n && n <= last));
        const others = state.gaps.filter((gap) => !touched.includes(gap));
        const after = afterArrival(touched, state.highest, arrived);
        state = { gaps: [...others, ...after.gaps], highest: after.highest };
        for (const n of arrived) here.add(n);
      }
      const missing = state.gaps.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      );
      const highest = Math.max(0, ...here);
      const expected = Array.from({ length: highest }, (_, index) => index + 1).filter((n) => !here.has(n));
      expect(missing.toSorted((a, b) => a - b)).toEqual(expected);
      expect(state.highest).toBe(highest);
    }),
    { numRuns: 500 },
  );
});
