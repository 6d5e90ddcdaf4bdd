import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';
import { changeFile, damages, early, late, ledgerOf, recordAt, settled } from './ledger-kit.ts';

/** What the ledger should say, kept the simplest way: one state for each record. */
class Model {
  readonly states: ('unsent' | 'delivered' | 'refused' | 'damaged' | 'erased')[] = [];
  readonly withdrawals = new Set<number>();

  sequencesOf(state: Model['states'][number]): number[] {
    return this.states.flatMap((each, index) => (each === state ? [index + 1] : []));
  }

  change(from: Model['states'][number], to: Model['states'][number]): void {
    for (const sequence of this.sequencesOf(from)) this.states[sequence - 1] = to;
  }
}

/** What an answer says of each record that was sent: 0 nothing yet, 1 countersigned, 2 refused. */
const verdicts = fc.array(fc.constantFrom(0, 1, 1, 1, 2), { minLength: 1, maxLength: 8 });
const step = fc.oneof(
  fc.record({ append: fc.integer({ min: 1, max: 6 }), type: fc.constantFrom('given', 'given', 'withdrawn') }),
  fc.record({ verdicts, skip: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ breaks: fc.integer({ min: 0, max: 3 }), how: fc.constantFrom(...Object.values(damages)) }),
  fc.constantFrom('erase', 'send again', 'try again', 'restart'),
);

it('whatever happens in whatever order, exactly what can be sent and was neither delivered nor refused is unsent', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const folder = temporaryFolder();
      let store = ledgerOf(folder, 0);
      const model = new Model();
      for (const each of steps) {
        if (each === 'restart') {
          store.close();
          store = new KioskDatabase(folder, undefined);
        } else if (each === 'erase') {
          store.ledger.eraseDeliveredBefore(late);
          model.change('delivered', 'erased');
        } else if (each === 'send again') {
          expect(store.ledger.sendAgain()).toBe(model.sequencesOf('delivered').length);
          model.change('delivered', 'unsent');
        } else if (each === 'try again') {
          expect(store.ledger.tryRefusedAgain(null)).toBe(model.sequencesOf('refused').length);
          model.change('refused', 'unsent');
        } else if ('append' in each) {
          for (let count = 0; count < each.append; count++) {
            const sequence = model.states.push('unsent');
            if (each.type === 'withdrawn') model.withdrawals.add(sequence);
            store.ledger.append(recordAt(sequence, each.type), sequence, each.type === 'withdrawn');
          }
        } else if ('breaks' in each) {
          const sequence = model.sequencesOf('unsent')[each.breaks];
          if (sequence === undefined) continue;
          changeFile(folder, `UPDATE records SET ${each.how} WHERE sequence = ${sequence}`);
          model.states[sequence - 1] = 'damaged';
        } else {
          const after = model.sequencesOf('unsent')[each.skip] ?? 0;
          const sent = store.ledger.unsent(each.verdicts.length, 1e6, after).map(({ sequence }) => sequence);
          const said = (verdict: number) => sent.filter((_, index) => each.verdicts[index] === verdict);
          const refused = said(2).map((sequence) => ({ sequence, code: 'body_altered' as const }));
          store.ledger.settle({ ...settled(said(1), early), refused }, null);
          for (const sequence of said(1)) model.states[sequence - 1] = 'delivered';
          for (const sequence of said(2)) model.states[sequence - 1] = 'refused';
        }
        const sequences = (records: { sequence: number }[]) => records.map(({ sequence }) => sequence);
        const unsent = model.sequencesOf('unsent');
        expect(sequences(store.ledger.unsent(1000, 1e6))).toEqual(unsent);
        const withdrawals = unsent.filter((sequence) => model.withdrawals.has(sequence));
        expect(sequences(store.ledger.unsentWithdrawals(1000, 1e6))).toEqual(withdrawals);
        const [refused, damaged] = [model.sequencesOf('refused').length, model.sequencesOf('damaged').length];
        expect(sequences(store.ledger.damaged())).toEqual(model.sequencesOf('damaged'));
        expect(store.ledger.counts()).toEqual({
          unsent: unsent.length,
          refused,
          damaged,
          delivered: model.states.length - unsent.length - refused - damaged,
        });
        expect(store.ledger.oldestUnsentAt()).toBe(unsent.length > 0 ? early : null);
      }
      store.close();
    }),
    { numRuns: 60 },
  );
});
