import { describe, expect, it } from 'vitest';
import type { UnsentRecord } from '../../electron/store/stored-record.ts';
import { settleBatch } from '../../electron/sync/settle.ts';
import { fromText } from '../../protocol/bytes.ts';
import { countersign } from '../../protocol/countersignature.ts';
import { generateSigningKey, importPrivateKey, importPublicKey } from '../../protocol/signing.ts';
import type { BatchAnswer, Countersignature } from '../../shared/contracts/wire.ts';
import vectors from '../vectors/record-v1.json' with { type: 'json' };

const serverKey = importPublicKey(vectors.serverPublicKey);
const batch: UnsentRecord[] = vectors.records.slice(0, 3).map((record, index) => ({
  ...record,
  sealed: fromText(record.sealed),
  sequence: index + 1,
}));
const [, afterTwo, afterThree] = vectors.countersignatures.map(({ hash: _, ...c }) => c as Countersignature);
if (afterTwo === undefined || afterThree === undefined) throw new Error('vectors incomplete');

const answer = (
  countersignatures: Countersignature[],
  outcomes = ['countersigned', 'countersigned', 'countersigned'],
) =>
  ({
    answers: outcomes.map((outcome, index) =>
      outcome === 'rejected'
        ? { sequence: index + 1, outcome, code: 'body_altered' }
        : { sequence: index + 1, outcome },
    ),
    countersignatures,
    missing: [],
  }) as BatchAnswer;

const settle = (a: BatchAnswer, b = batch) => settleBatch(b, a, vectors.kioskId, serverKey);
const refused = expect.objectContaining({ code: 'untrusted_answer' });

describe('letting go of a batch', () => {
  it('takes one countersignature of the last record for all that are linked to it', () => {
    const { delivered, refused: parked } = settle(answer([afterThree]));
    expect(delivered.map((d) => d.sequence)).toEqual([1, 2, 3]);
    expect(parked).toEqual([]);
  });

  it('keeps what no countersignature covers', () => {
    expect(settle(answer([afterTwo])).delivered.map((d) => d.sequence)).toEqual([1, 2]);
    const unlinked = [batch[0], batch[2]] as UnsentRecord[];
    const gapped = answer([afterThree], ['countersigned', 'countersigned']);
    gapped.answers = gapped.answers.map((entry, index) => ({ ...entry, sequence: index === 0 ? 1 : 3 }));
    expect(settle(gapped, unlinked).delivered.map((d) => d.sequence)).toEqual([3]);
  });

  it('keeps back what the server refused, even if a later countersignature covers it', () => {
    const { delivered, refused: parked } = settle(answer([afterThree], ['countersigned', 'rejected', 'countersigned']));
    expect(delivered.map((d) => d.sequence)).toEqual([1, 3]);
    expect(parked).toEqual([{ sequence: 2, code: 'body_altered' }]);
  });

  it('lets go of nothing on an answer that another key signed, that was changed, or that is about other records', () => {
    const stranger = importPrivateKey(generateSigningKey().privateKey);
    const { signature: _, ...statement } = afterThree;
    expect(() => settle(answer([countersign(statement, stranger)]))).toThrow(refused);
    expect(() => settle(answer([{ ...afterThree, serverTime: '2020-01-01T00:00:00.000Z' }]))).toThrow(refused);
    const forAnother = countersign(
      { ...statement, kioskId: '0192f0c1-2b3c-7d4e-8f50-617283940517' },
      importPrivateKey(vectors.serverPrivateKeyPkcs8),
    );
    expect(() => settle(answer([forAnother]))).toThrow(refused);
    expect(() => settle(answer([]))).toThrow(refused);
    expect(() => settle(answer([afterThree], ['countersigned', 'countersigned']))).toThrow(refused);
  });
});
