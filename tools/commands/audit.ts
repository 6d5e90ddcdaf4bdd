/**
 * `npm run audit -- export [KIOSK ...] [--to FOLDER]`: the ledgers of these kiosks, or of all, and the audit trail, from the server of this machine, one file each.
 * Another server: COUNTERSIGN_SERVER_URL with COUNTERSIGN_ADMIN_TOKEN. `npm run verify -- FILE` checks them.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readSettings } from '../../server/settings.ts';
import { chosenServer, type HeadOffice } from '../local/head-office.ts';
import { withProgress } from '../setup/progress.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { to: { type: 'string', default: 'audit' } },
});
const [verb, ...wanted] = positionals;
if (verb !== 'export') {
  console.error('npm run audit -- export [KIOSK ...] [--to FOLDER]');
  process.exit(2);
}

const { data } = readSettings(process.env);
const office = await chosenServer(data);

const { kiosks } = (await office.askAsHeadOffice('GET', '/v1/kiosks')) as { kiosks: { id: string; storeId: string }[] };
const unknown = wanted.filter((id) => !kiosks.some((kiosk) => kiosk.id === id));
if (unknown.length > 0) {
  console.error(`No such kiosk: ${unknown.join(', ')}`);
  process.exit(1);
}

const folder = resolve(values.to);
mkdirSync(folder, { recursive: true });
for (const { id, storeId } of kiosks.filter((kiosk) => wanted.length === 0 || wanted.includes(kiosk.id))) {
  await save(office, `/v1/audit/kiosks/${id}`, `${storeId}-${id}.jsonl`);
}
// Each export of the trail is kept: the heads of the older ones show whether the newer one goes on from them.
if (wanted.length === 0)
  await save(office, '/v1/audit/trail', `trail-${new Date().toISOString().replaceAll(':', '-')}.jsonl`);

async function save({ download }: HeadOffice, path: string, name: string): Promise<void> {
  const file = join(folder, name);
  let bytes = 0;
  const counted = async function* (from: AsyncIterable<Uint8Array>) {
    for await (const chunk of from) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const size = () => `${(bytes / 1_048_576).toFixed(1)} MiB`;
  const from = async () => Readable.fromWeb((await download(path)) as never);
  await withProgress(`Exporting ${name}`, async () => pipeline(await from(), counted, createWriteStream(file)), size);
  console.log(`${file} (${size()})`);
}
