/**
 * `npm run verify -- FILE ...`: checks what `npm run audit -- export` wrote, without server or database: ledgers of kiosks, and audit trails, of which the older ones
 * are named first. Says each fault in words and ends with 1 if there is one.
 */
import { existsSync } from 'node:fs';
import { faultInWords, verifyAudit } from '../../protocol/audit/verify-file.ts';
import type { TrailHead } from '../../protocol/audit-trail/format.ts';
import { isTrail, trailFaultInWords, verifyTrail } from '../../protocol/audit-trail/verify-file.ts';
import { linesOf } from '../local/lines.ts';
import { withProgress } from '../setup/progress.mjs';

const files = process.argv.slice(2);
const missing = files.filter((file) => !existsSync(file));
if (files.length === 0 || missing.length > 0) {
  console.error(files.length === 0 ? 'npm run verify -- FILE ...' : `There is no file ${missing.join(', ')}`);
  process.exit(2);
}

/** So many are said; a ledger of another kiosk has one a line. */
const mostSaid = 100;
/** Of the trails before, as far as their signatures hold. */
const heads: TrailHead[] = [];

for (const file of files) {
  let faults = 0;
  let line = 0;
  const say = (words: string) => {
    faults += 1;
    if (faults <= mostSaid) console.log(words);
  };
  const lines = async function* () {
    line = 0;
    for await (const text of linesOf(file)) {
      line += 1;
      yield text;
    }
  };
  const verify = (await isTrail(lines())) ? verifyTrailFile : verifyLedgerFile;
  const summary = await withProgress(
    `Verifying ${file}`,
    () => verify(lines, say),
    () => `${line.toLocaleString('en')} lines`,
  );
  if (faults > mostSaid) console.log(`… and ${faults - mostSaid} more faults`);
  console.log(`${file}: ${faults === 0 ? 'whole' : `${faults} faults`}; ${summary}`);
  if (faults > 0) process.exitCode = 1;
}
if (process.exitCode !== 1) console.log("Compare the server key with the one you know to be the retailer's.");

type Lines = () => AsyncIterable<string>;
type Say = (words: string) => void;

async function verifyLedgerFile(lines: Lines, say: Say): Promise<string> {
  const { records, erased, countersignatures, head } = await verifyAudit(lines, (fault) => say(faultInWords(fault)));
  const counts = `${records} records (${erased} bodies erased), ${countersignatures} countersignatures`;
  if (head === null) return counts;
  return `${counts}; kiosk ${head.kiosk.id}, signed by the server key ${head.signingKeys.map(({ id }) => id).join(', ')}`;
}

async function verifyTrailFile(lines: Lines, say: Say): Promise<string> {
  const { entries, head } = await verifyTrail(lines(), (fault) => say(trailFaultInWords(fault)), heads);
  if (head === null) return `${entries} entries of an audit trail`;
  const compared = heads.length === 0 ? '' : `, compared with ${heads.length} earlier`;
  heads.push(head);
  return `${entries} entries of an audit trail${compared}, signed by the server key ${head.signingKeyId}`;
}
