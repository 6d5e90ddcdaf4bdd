import { expect } from 'vitest';
import { auditLineSchema } from '../../protocol/audit/format.ts';
import { verifyAudit } from '../../protocol/audit/verify-file.ts';
import { chainHash } from '../../protocol/chain.ts';
import { countersignatureHash } from '../../protocol/countersignature.ts';
import type { HeadOffice } from '../../tools/local/head-office.ts';
import type { Load } from './load.ts';

/** 404: the page of a record that is not opened yet. */
const wantedAnswers = [200, 303, 404, 503];

/**
 * That the server has everything it ever acknowledged, once, that it is whole, that nothing waits or was put aside, and that all trouble
 * in between was told as one that passes.
 */
export async function expectNothingLost(office: HeadOffice, load: Load): Promise<void> {
  const { kiosks, acknowledged, stopped, answers } = load;
  expect([...answers].filter(([status]) => !wantedAnswers.includes(status))).toEqual([]);
  await expectAllOpened(office);
  const fleet = (await office.askAsHeadOffice('GET', '/v1/kiosks')) as { kiosks: { id: string }[] };
  const kept = new Set<string>();
  for (const { id, sequence } of kiosks) {
    const whole = { delivered: sequence, highestSequence: sequence, missing: 0, alarms: 0 };
    expect(fleet.kiosks.find((kiosk) => kiosk.id === id)).toMatchObject(whole);
    for (const hash of await hashesOfLedger(office, id)) kept.add(hash);
  }
  expect(acknowledged.filter((hash) => !kept.has(hash))).toEqual([]);
  for (const number of stopped) expect([number, await statesOf(office, number)]).toEqual([number, ['withdrawn']]);
}

/** A killed server's jobs are taken over by another one after a while. */
async function expectAllOpened(office: HeadOffice): Promise<void> {
  const health = () => office.askAsHeadOffice('GET', '/health');
  await expect.poll(health, { timeout: 120_000, interval: 200 }).toMatchObject({ opening: { waiting: 0 } });
  expect(await health()).toMatchObject({ failedJobs: 0 });
  expect(await office.askAsHeadOffice('GET', '/v1/parked-records')).toEqual({ parked: [] });
}

/** Of every agreement of the number. */
async function statesOf(office: HeadOffice, number: string): Promise<string[]> {
  const found = (await office.askAsHeadOffice('POST', '/v1/subjects/lookup', { number })) as {
    records: { type: string; state: string }[];
  };
  return found.records.filter(({ type }) => type === 'given').map(({ state }) => state);
}

/** Hashes of the records and countersignatures that an auditor would get, once they are found whole. */
async function hashesOfLedger(office: HeadOffice, kioskId: string): Promise<string[]> {
  const text = await new Response(await office.download(`/v1/audit/kiosks/${kioskId}`)).text();
  const lines = text.trimEnd().split('\n');
  const faults: string[] = [];
  async function* read() {
    for (const line of lines) yield `${line}\n`;
  }
  await verifyAudit(read, ({ line, code }) => faults.push(`${line}: ${code}`));
  expect(faults).toEqual([]);
  return lines.slice(1).flatMap((line) => {
    const entry = auditLineSchema.parse(JSON.parse(line));
    if ('record' in entry) return [chainHash(entry.record.header, entry.record.bodyHash)];
    return 'countersignature' in entry ? [countersignatureHash(entry.countersignature)] : [];
  });
}
