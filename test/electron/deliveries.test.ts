import { beforeEach, describe, expect, it } from 'vitest';
import type { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';
import { early, late, ledgerOf, settled } from './ledger-kit.ts';

describe('deliveries', () => {
  let store: KioskDatabase;
  const unsent = () => store.ledger.unsent(100, 1e6).map(({ sequence }) => sequence);

  beforeEach(() => {
    store = ledgerOf(temporaryFolder(), 6);
  });

  it('leave exactly the other records unsent, in whatever runs they come', () => {
    expect(store.ledger.counts()).toEqual({ unsent: 6, refused: 0, damaged: 0, delivered: 0 });
    store.ledger.settle(settled([1, 2, 4], early), null);
    expect(unsent()).toEqual([3, 5, 6]);
    expect(store.ledger.counts()).toEqual({ unsent: 3, refused: 0, damaged: 0, delivered: 3 });
    store.ledger.settle({ ...settled([5], late), refused: [{ sequence: 3, code: 'body_altered' }] }, null);
    expect(unsent()).toEqual([6]);
    expect(store.ledger.counts()).toEqual({ unsent: 1, refused: 1, damaged: 0, delivered: 4 });
    store.close();
  });

  it('can be read on behind a record, for the batch that is sent next', () => {
    expect(store.ledger.unsent(2, 1e6, 2).map(({ sequence }) => sequence)).toEqual([3, 4]);
    store.close();
  });

  it('erase the bodies of old runs only, and what was erased is not sent again', () => {
    store.ledger.settle(settled([1, 2], early), null);
    store.ledger.settle(settled([3, 4], late), null);
    expect(store.ledger.eraseDeliveredBefore(late)).toBe(2);
    expect(store.ledger.eraseDeliveredBefore(late)).toBe(0);
    expect(store.ledger.sendAgain()).toBe(2);
    expect(unsent()).toEqual([3, 4, 5, 6]);
    expect(store.ledger.counts()).toEqual({ unsent: 4, refused: 0, damaged: 0, delivered: 2 });
    store.ledger.settle(settled([3, 4, 5, 6], late), null);
    expect(store.ledger.counts()).toEqual({ unsent: 0, refused: 0, damaged: 0, delivered: 6 });
    store.close();
  });
});

it('found 25: what was refused is tried again under another version of the server, or when it is asked for', () => {
  const store = ledgerOf(temporaryFolder(), 2);
  const refuse = (sequence: number, version: string | null) =>
    store.ledger.settle({ ...settled([], early), refused: [{ sequence, code: 'body_altered' }] }, version);
  refuse(1, '1.0.0');
  refuse(2, null);
  expect(store.ledger.tryRefusedAgain('1.0.0')).toBe(1);
  expect(store.ledger.unsent(10, 1e6).map(({ sequence }) => sequence)).toEqual([2]);
  refuse(2, '1.0.0');
  expect(store.ledger.tryRefusedAgain('1.0.0')).toBe(0);
  expect(store.ledger.tryRefusedAgain('1.0.1')).toBe(2);
  refuse(1, '1.0.1');
  expect(store.ledger.tryRefusedAgain(null)).toBe(1);
  store.close();
});
