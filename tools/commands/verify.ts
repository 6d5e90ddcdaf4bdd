/**
 * `npm run verify -- FILE ...`: checks ledgers that `npm run audit -- export` wrote, without server or database. Says each fault in words and ends
 * with 1 if there is one.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { faultInWords, verifyAudit } from '../../protocol/audit/verify-file.ts';
import { withProgress } from '../setup/progress.mjs';

const files = process.argv.slice(2);
const missing = files.filter((file) => !existsSync(file));
if (files.length === 0 || missing.length > 0) {
  console.error(files.length === 0 ? 'npm run verify -- FILE ...' : `There is no file ${missing.join(', ')}`);
  process.exit(2);
}

/** So many are said; a ledger of another kiosk has one a line. */
const mostSaid = 100;

for (const file of files) {
  let faults = 0;
  let lines = 0;
  const summary = await withProgress(
    `Verifying ${file}`,
    () =>
      verifyAudit(
        () => createInterface({ input: createReadStream(file), crlfDelay: 0 }),
        (fault) => {
          faults += 1;
          if (faults <= mostSaid) console.log(faultInWords(fault));
        },
        (line) => {
          lines = line;
        },
      ),
    () => `${lines.toLocaleString('en')} lines`,
  );
  if (faults > mostSaid) console.log(`… and ${faults - mostSaid} more faults`);
  const { records, erased, countersignatures, head } = summary;
  console.log(
    `${file}: ${faults === 0 ? 'whole' : `${faults} faults`}; ${records} records (${erased} bodies erased), ${countersignatures} countersignatures` +
      (head === null
        ? ''
        : `; kiosk ${head.kiosk.id}, signed by the server key ${head.signingKeys.map(({ id }) => id).join(', ')}`),
  );
  if (faults > 0) process.exitCode = 1;
}
if (process.exitCode !== 1) console.log("Compare the server key with the one you know to be the retailer's.");
