import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { verifyAudit } from '../../protocol/audit/verify-file.ts';
import { verifyTrail } from '../../protocol/audit-trail/verify-file.ts';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8').split(/(?<=\n)/);
const ledger = linesOf('ledger-v1.jsonl');
const trail = linesOf('audit-trail-v1.jsonl');

async function* each(lines: string[]) {
  yield* lines;
}

/** Without anything of the product: what a stranger has to come to. */
const holds = (publicKey: string, signed: Buffer, signature: string): boolean => {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, signed, key, Buffer.from(signature, 'base64url'));
};
const hashOf = (...parts: (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64url');
};
/** Of members that are plain: those of the trail. */
const canonical = (value: object): string =>
  JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === 'object' ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  );

test('kept 16: the ledger of the vectors is whole, and its last line signs the bytes before it', async () => {
  const faults: unknown[] = [];
  const summary = await verifyAudit(
    () => each(ledger),
    (fault) => faults.push(fault),
  );
  expect(faults).toEqual([]);
  expect(summary).toMatchObject({ records: 6, countersignatures: 4, erased: 1 });
  const { end } = JSON.parse(ledger.at(-1) ?? '');
  const { signingKeys } = JSON.parse(ledger[0] ?? '');
  const digest = createHash('sha256').update(ledger.slice(0, -1).join('')).digest();
  const signed = Buffer.concat([Buffer.from('countersign/audit/1\n'), digest]);
  expect(holds(signingKeys[0].publicKey, signed, end.signature)).toBe(true);
});

test('kept 16: the audit trail of the vectors is whole, entry by entry', async () => {
  const faults: unknown[] = [];
  expect(await verifyTrail(each(trail), (fault) => faults.push(fault))).toMatchObject({ entries: 4 });
  expect(faults).toEqual([]);
  let previous = hashOf('countersign/audit-entry/1\n');
  for (const line of trail.slice(1, -1)) {
    const { hash, ...entry } = JSON.parse(line).entry;
    expect(entry.previousHash).toBe(previous);
    expect(hashOf('countersign/audit-entry/1\n', canonical(entry))).toBe(hash);
    previous = hash;
  }
  const { signature, ...head } = JSON.parse(trail.at(-1) ?? '').head;
  const { signingKeys } = JSON.parse(trail[0] ?? '');
  expect(head.hash).toBe(previous);
  const signed = Buffer.from(`countersign/audit-head/1\n${canonical(head)}`);
  expect(holds(signingKeys[0].publicKey, signed, signature)).toBe(true);
});

const countFaults = {
  ledger: async (lines: string[]) => {
    let faults = 0;
    await verifyAudit(
      () => each(lines),
      () => faults++,
    );
    return faults;
  },
  trail: async (lines: string[]) => {
    let faults = 0;
    await verifyTrail(each(lines), () => faults++);
    return faults;
  },
};

test.each([
  ['ledger', ledger],
  ['trail', trail],
] as const)('kept 16: a %s without any one of its lines has a fault', async (kind, lines) => {
  for (const at of lines.keys()) {
    const others = lines.filter((_, index) => index !== at);
    expect(await countFaults[kind](others), `without line ${at + 1}`).toBeGreaterThan(0);
  }
});
