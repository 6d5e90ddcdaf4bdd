import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/enrolled-folder.ts';
import { changeFile, damages, ledgerOf } from './ledger-kit.ts';

describe('found 24: a damaged row', () => {
  it.each(Object.entries(damages))('is set aside as %s, and the others are read', (problem, change) => {
    const folder = temporaryFolder();
    const store = ledgerOf(folder, 3);
    changeFile(folder, `UPDATE records SET ${change} WHERE sequence = 2`);
    expect(store.ledger.unsent(1, 1e6, 1).map(({ sequence }) => sequence)).toEqual([3]);
    expect(store.ledger.damaged()).toEqual([{ sequence: 2, problem }]);
    expect(store.ledger.counts()).toEqual({ unsent: 2, refused: 0, damaged: 1, delivered: 0 });
    expect(store.ledger.recent(3).map(({ state }) => state)).toEqual(['unsent', 'damaged', 'unsent']);
    store.close();
  });

  it('with the header of another record is damaged too', () => {
    const folder = temporaryFolder();
    const store = ledgerOf(folder, 2);
    changeFile(folder, `UPDATE records SET header = (SELECT header FROM records WHERE sequence = 1)`);
    expect(store.ledger.unsent(10, 1e6).map(({ sequence }) => sequence)).toEqual([1]);
    expect(store.ledger.damaged()).toEqual([{ sequence: 2, problem: 'header_unreadable' }]);
    store.close();
  });

  it('is not what a damaged chain hash makes, which is made again of header and body', () => {
    const folder = temporaryFolder();
    const store = ledgerOf(folder, 1);
    const [before] = store.ledger.unsent(1, 1e6);
    changeFile(folder, `UPDATE records SET chain_hash = '?'`);
    expect(store.ledger.unsent(1, 1e6)).toEqual([before]);
    store.close();
  });
});
