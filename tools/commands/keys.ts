/**
 * `npm run keys`: which keys the server of this machine uses, and how much is under each. `-- rotate`: a new master key for everything new, and what is
 * under the old one moves to it while servers run. Several machines: first `-- add`, then copy the key file to each of them, then `-- rotate`.
 * `-- remove KEY`: out of the key file with one that nothing is under any more. Steps in docs/operations.md.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { keysAnswerSchema } from '../../server/modules/key-rotation/routes.ts';
import { JournalFiles } from '../../server/platform/journal/journal-files.ts';
import { keyIdOf } from '../../server/platform/journal/journal-lines.ts';
import { addMasterKey, readKeyFile, removeMasterKey } from '../../server/platform/keys/key-file.ts';
import { deriveKeys } from '../../server/platform/keys/master-keys.ts';
import { readSettings } from '../../server/settings.ts';
import { chosenServer } from '../local/head-office.ts';
import { withProgress } from '../setup/progress.mjs';

type Key = z.infer<typeof keysAnswerSchema>['keys'][number];

const { data, keyFile, journal } = readSettings(process.env);
const office = await chosenServer(data);
const [verb = 'list', id = ''] = process.argv.slice(2);

const keysInUse = async (): Promise<Key[]> =>
  keysAnswerSchema.parse(await office.askAsHeadOffice('GET', '/v1/keys')).keys;
const idsInFile = (): string[] => readKeyFile(keyFile).masterKeys.map((key) => deriveKeys(key).id);

const states = {
  primary: 'for everything new',
  rotating: 'what is under it moves to the primary one',
  kept: 'only for what cannot be moved, or is over soon',
};

function show(keys: Key[]): void {
  for (const { id, use, state, rows } of keys) {
    console.log(`${use.padEnd(8)}${id}  ${state}: ${states[state]}`);
    if (rows !== null) console.log(`        ${inWords(rows)}`);
  }
  const known = new Set(keys.map((key) => key.id));
  for (const unused of idsInFile().filter((one) => !known.has(one))) {
    console.log(`master  ${unused}  in the key file, and nothing in the database is under it`);
  }
}

const words: Record<keyof NonNullable<Key['rows']>, string> = {
  subjects: "people's keys",
  numbers: 'numbers',
  suppressions: 'numbers of erased people',
  countedTexts: 'counted texts',
  textedCodes: 'texted codes',
  enrolmentCodes: 'enrolment codes',
};

function inWords(rows: NonNullable<Key['rows']>): string {
  const some = (Object.keys(words) as (keyof typeof words)[]).filter((what) => rows[what] > 0);
  return some.map((what) => `${rows[what].toLocaleString('en')} ${words[what]}`).join(', ') || 'nothing is under it';
}

/** The one behind the primary key, which the server does not use yet. */
function addedKey(keys: Key[]): string | undefined {
  const newest = idsInFile().at(-1);
  return keys.some((key) => key.id === newest) ? undefined : newest;
}

function add(keys: Key[]): string {
  const added = addedKey(keys) ?? addMasterKey(keyFile);
  console.log(`Master key ${added} is in ${keyFile}. Back that file up now, before anything is under it.`);
  return added;
}

/** Questions, one every two seconds: within a minute some server goes on with what another one left. */
const givesUpAfter = 60;

async function rotate(keys: Key[]): Promise<void> {
  const primary = keys.find(({ use, state }) => use === 'master' && state === 'primary')?.id ?? '';
  // One that was broken off is finished before another one begins.
  const next = keys.some(({ state }) => state === 'rotating') ? primary : add(keys);
  await office.askAsHeadOffice('POST', '/v1/keys/rotations', { keyId: next });
  let left = await toBeMoved();
  const move = async () => {
    for (let unchanged = 0; left > 0 && unchanged < givesUpAfter; ) {
      await delay(2_000);
      const now = await toBeMoved();
      unchanged = now < left ? 0 : unchanged + 1;
      left = now;
    }
  };
  const title = `Moving to master key ${next}`;
  await withProgress(title, move, () => `${left.toLocaleString('en')} numbers left`).catch(() =>
    refuse('The server does not answer. The others go on moving; run the command again to see how far.'),
  );
  show(await keysInUse());
  if (left > 0)
    refuse(`${left} numbers do not move; the log of the server says why. Their key has to stay in the key file.`);
  console.log(
    `Done. Leave the old keys in ${keyFile} as long as they are in use, and as long as there are backups of the database or files of the journal from before.`,
  );
}

async function toBeMoved(): Promise<number> {
  const rotating = (await keysInUse()).filter(({ state }) => state === 'rotating');
  return rotating.reduce((sum, { rows }) => sum + (rows?.numbers ?? 0), 0);
}

async function remove(keys: Key[]): Promise<void> {
  const used = keys.find((key) => key.id === id);
  if (used !== undefined) refuse(`${id} is still in use. ${used.rows === null ? '' : inWords(used.rows)}`);
  const lines = await journalLines();
  if (lines > 0)
    refuse(
      `${lines} lines of the journal in ${journal} are under ${id}, and a restore would not read them. Delete its old files first, with the backups from before them.`,
    );
  if (id === addedKey(keys) || !removeMasterKey(keyFile, id)) refuse(`No old master key ${id} is in ${keyFile}.`);
  console.log(`${id} is out of ${keyFile}. Backups of the database that are under it cannot be read any more.`);
}

/** Of this machine's journal, under the key. */
async function journalLines(): Promise<number> {
  const lines = await new JournalFiles(journal, () => new Date()).read();
  return lines.filter(({ text }) => keyIdOf(text) === id).length;
}

function refuse(words: string): never {
  console.error(words);
  process.exit(1);
}

const keys = await keysInUse();
if (verb === 'list') show(keys);
else if (verb === 'add') add(keys);
else if (verb === 'rotate') await rotate(keys);
else if (verb === 'remove') await remove(keys);
else {
  console.error('npm run keys [-- add | rotate | remove KEY]');
  process.exitCode = 2;
}
