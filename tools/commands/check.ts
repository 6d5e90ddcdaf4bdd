// Everything that can be said about the code without running it: what a developer and CI both run. With --write, what is generated is
// written anew before.
import { parseArgs } from 'node:util';
import { runChecks } from '../checks/checks.ts';
import { writeTableTypes } from '../checks/schema.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
if (values.write) await writeTableTypes();
process.exitCode = (await runChecks()).length === 0 ? 0 : 1;
