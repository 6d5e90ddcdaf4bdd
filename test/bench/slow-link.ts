import { join } from 'node:path';
import { enrol } from '../../electron/enrolment/enrolment.ts';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { packBatch } from '../../protocol/batch.ts';
import { toWire } from '../../protocol/record.ts';
import { configurationSchema } from '../../shared/configuration.ts';
import { SeededRandom } from '../e2e/support/random.ts';
import { britishMobile, draftFor, openApplication, silentLog, withdrawalFor } from '../support/kiosk.ts';
import { SlowLine } from '../support/slow-line.ts';
import { type Benchmark, type Figure, scaled } from './harness/benchmark.ts';
import { CentralServer } from './harness/central-server.ts';

const bitsPerSecond = 160_000;
const latencyMilliseconds = 150;
/** Of connections, with each 16 KiB: some hundred times a fleet's usual luck. */
const lossPer16KiB = 0.01;

/** Port 9 is "discard": nobody listens there. */
const nobody = 'http://127.0.0.1:9';

/** A kiosk full of records, the last of them a withdrawal. @returns how many bytes they are in one batch. */
async function fill(folder: string, central: CentralServer, count: number, url: string): Promise<number> {
  const code = await central.server.createEnrolmentCode('leeds-01');
  const store = new KioskDatabase(folder, undefined);
  await enrol({ serverUrl: central.server.url, code, pin: '482913' }, '0.1.0', store, new Date());
  const [identity, signed] = [store.documents.read('identity'), store.documents.read('configuration')];
  if (identity === undefined || signed === undefined) throw new Error('not enrolled');
  store.documents.write('identity', { ...identity, serverUrl: nobody });
  store.close();
  const configuration = configurationSchema.parse(JSON.parse(signed.document));
  const application = openApplication(folder);
  const save = application.handlers()['capture:save'];
  for (let index = 1; index < count; index++) await save(draftFor(configuration, britishMobile(index)));
  await save(withdrawalFor(configuration, britishMobile(1)));
  await application.close();
  const filled = new KioskDatabase(folder, undefined);
  filled.documents.write('identity', { ...identity, serverUrl: url });
  const { length } = packBatch(filled.ledger.unsent(count, Number.POSITIVE_INFINITY).map(toWire));
  filled.close();
  return length;
}

/** @returns the milliseconds until everything is countersigned, however often the line is lost meanwhile. */
async function drain(folder: string, count: number): Promise<number> {
  const { promise: drained, resolve } = Promise.withResolvers<void>();
  const started = performance.now();
  const application = openApplication(folder, silentLog, ({ delivered }) => delivered === count && resolve());
  await drained;
  const milliseconds = performance.now() - started;
  await application.close();
  return milliseconds;
}

/** How many records came before the withdrawal that was made last. */
async function countBefore(central: CentralServer, withdrawal: number): Promise<number> {
  const { rows } = await central.database.query<{ count: string }>(
    'select count(*) from records where received_at < (select received_at from records where sequence = $1)',
    [withdrawal],
  );
  return Number(rows[0]?.count);
}

/** A shop on a mobile network at the edge of town, after a day without any. */
export const slowLink: Benchmark = {
  name: 'slow-link',
  needsElectron: false,
  async run({ scale, folder, note }) {
    const count = scaled(1_200, scale, 20);
    const central = await CentralServer.start(folder);
    const port = Number(new URL(central.server.url).port);
    const random = new SeededRandom();
    const properties = { bitsPerSecond, latencyMilliseconds, lossPer16KiB, random: () => random.next() };
    const line = await SlowLine.to(port, properties);
    try {
      const kiosk = join(folder, 'kiosk');
      const bytes = await fill(kiosk, central, count, line.url);
      const alone = (bytes * 8_000) / bitsPerSecond;
      const milliseconds = await drain(kiosk, count);
      const before = await countBefore(central, count);
      const [stored, alarms] = [await central.count('records'), await central.count('alarms')];
      note(
        `slow-link: ${count} records, ${(bytes / 1024).toFixed(0)} KiB, ${(alone / 1000).toFixed(0)} s alone; took ` +
          `${(milliseconds / 1000).toFixed(0)} s, ${(line.bytesUp / 1024).toFixed(0)} KiB went up, ${line.losses} connections were lost`,
      );
      const against = `${bitsPerSecond / 1000} kbit/s, ${2 * latencyMilliseconds} ms there and back, a connection lost in 1 of 100 pieces of 16 KiB`;
      const once = (value: number) => ({ value, spread: { median: value, from: value, to: value } });
      const figures: Figure[] = [
        {
          name: `slow link, ${count.toLocaleString('en')} records`,
          ...once(milliseconds / alone),
          unit: 'x',
          against: `their bytes alone on it: ${against}`,
          goal: { atMost: 1.3 },
        },
        {
          name: 'slow link, records before a withdrawal made last',
          ...once(before),
          unit: '',
          against,
          goal: { atMost: 50 },
        },
        {
          name: 'slow link, records lost or alarmed',
          ...once(count - stored + alarms),
          unit: '',
          against,
          goal: { exactly: 0 },
        },
      ];
      return figures;
    } finally {
      await line.close();
      await central.stop();
    }
  },
};
