import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type pg from 'pg';
import { fromText } from '../../protocol/bytes.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { bodyHash, chainHash } from '../../protocol/chain.ts';
import { signBytes, verifyBytes } from '../../protocol/signing.ts';
import { headerSchema } from '../../shared/record/header.ts';
import { root } from '../../tools/setup/paths.mjs';
import { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { type Benchmark, scaled } from './harness/benchmark.ts';
import { CentralServer } from './harness/central-server.ts';
import { sendAsKiosk } from './harness/fleet.ts';
import { timed } from './harness/interleave.ts';
import { summarise } from './harness/statistics.ts';

const rowsPerInsert = 5_000;
const run = promisify(execFile);

/** Exports the ledger of a kiosk with a million records, changes one row in the database, and exports it again. */
export const audit: Benchmark = {
  name: 'audit',
  needsElectron: false,
  async run({ scale, folder, note }) {
    const count = scaled(1_000_000, scale, 3_000);
    const central = await CentralServer.start(folder);
    const { database } = central;
    try {
      const code = await central.server.createEnrolmentCode('leeds-01');
      const kiosk = await SimulatedKiosk.enrol(central.server.url, code, sendAsKiosk);
      const last = await fillLedger(database, kiosk, count - 1);
      const final = await kiosk.records(['+447400999999']);
      await kiosk.deliver(final);
      const whole = await exportAndVerify(central, kiosk.id, join(folder, 'whole.jsonl'));
      if (whole.output !== '') throw new Error(`a whole ledger has faults: ${whole.output}`);
      const signatures = await timed(() => checkSignatures(kiosk, last, count));
      const changed = Math.ceil(count / 2);
      await database.query(
        'update sealed_bodies set sealed = set_byte(sealed, 100, get_byte(sealed, 100) # 1) where kiosk_id = $1 and sequence = $2',
        [kiosk.id, changed],
      );
      const altered = await exportAndVerify(central, kiosk.id, join(folder, 'altered.jsonl'));
      const found = altered.output.split('\n').filter((line) => line !== '');
      const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s`;
      note(
        `audit: ${count} records, exported in ${seconds(whole.exported)}, verified in ${seconds(whole.verified)}; ` +
          `as many signatures alone ${seconds(signatures)}; with one row changed: ${found.join(' ')}`,
      );
      const names = found.filter((line) => line.includes(`sequence ${changed}:`) && line.includes('body_altered'));
      return [
        {
          name: `faults found in ${count.toLocaleString('en')} records of which one was changed`,
          value: found.length === 1 ? names.length : -found.length,
          unit: '',
          spread: summarise([names.length]),
          against: 'the one that was changed, and no other',
          goal: { exactly: 1 },
        },
        {
          name: 'npm run verify',
          value: whole.verified / signatures,
          unit: 'x',
          spread: summarise([whole.verified / signatures]),
          against: 'checking as many Ed25519 signatures and nothing else',
          goal: { atMost: 2.5 },
        },
      ];
    } finally {
      await central.stop();
    }
  },
};

/** Writes records as the intake would have: headers, links and signatures hold. Nobody opens these bodies. @returns a signed chain hash. */
async function fillLedger(database: pg.Pool, kiosk: SimulatedKiosk, count: number) {
  const template = headerSchema.parse(JSON.parse((await kiosk.record(kiosk.body('+447400000000'))).header));
  let last = { previousChainHash: template.previousChainHash, signature: '', chainHash: '' };
  for (let sequence = 1; sequence <= count; ) {
    const columns: unknown[][] = [[], [], [], [], [], [], [], []];
    for (let row = 0; row < rowsPerInsert && sequence <= count; row++, sequence++) {
      const recordId = `0192f0c1-2b3c-7d4e-8f50-${sequence.toString(16).padStart(12, '0')}`;
      const header = canonicalJson({ ...template, recordId, sequence, previousChainHash: last.previousChainHash });
      const sealed = Buffer.alloc(1_072, `sealed ${sequence} `);
      const hash = chainHash(header, bodyHash(sealed));
      const signature = signBytes('record', fromText(hash), kiosk.privateKey);
      const { previousChainHash } = last;
      const values = [hash, recordId, sequence, previousChainHash, header, bodyHash(sealed), sealed, signature];
      for (const [column, value] of values.entries()) columns[column]?.push(value);
      last = { previousChainHash: hash, chainHash: hash, signature };
    }
    await database.query(
      `with given as (
         select * from unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::text[])
           as given (chain_hash, record_id, sequence, previous_chain_hash, header, body_hash, sealed, signature)
       ), bodies as (
         insert into sealed_bodies (kiosk_id, sequence, chain_hash, received_at, sealed)
         select $9, sequence, chain_hash, now(), sealed from given
       )
       insert into records (kiosk_id, chain_hash, record_id, sequence, previous_chain_hash, header, body_hash, signature, received_at, server_sequence)
       select $9, chain_hash, record_id, sequence, previous_chain_hash, header, body_hash, signature, now(), 1 from given`,
      [...columns, kiosk.id],
    );
  }
  await database.query('update kiosks set highest_sequence = $2, in_order_sequence = $2 where id = $1', [
    kiosk.id,
    count,
  ]);
  Object.assign(kiosk, { sequence: count, previousChainHash: last.chainHash });
  return last;
}

async function exportAndVerify(central: CentralServer, kioskId: string, file: string) {
  const path = `/v1/audit/kiosks/${kioskId}`;
  const exported = await timed(async () =>
    pipeline(Readable.fromWeb((await central.server.download(path)) as never), createWriteStream(file)),
  );
  let output = '';
  const verified = await timed(async () => {
    const ended = await run(process.execPath, [join(root, 'tools', 'commands', 'verify.ts'), file]).catch(
      (error: { stdout: string }) => error,
    );
    output = ended.stdout
      .split('\n')
      .filter((line) => line.startsWith('Line '))
      .join('\n');
  });
  return { exported, verified, output };
}

function checkSignatures(
  kiosk: SimulatedKiosk,
  { chainHash: hash, signature }: { chainHash: string; signature: string },
  count: number,
): void {
  const key = createPublicKey(kiosk.privateKey);
  for (let index = 0; index < count; index++) {
    if (!verifyBytes('record', fromText(hash), signature, key)) throw new Error('a signature does not hold');
  }
}
