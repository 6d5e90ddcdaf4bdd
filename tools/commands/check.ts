// Everything that can be said about the code without running it: what a developer and CI both run.
import { runChecks } from '../checks/checks.ts';

process.exitCode = (await runChecks()).length === 0 ? 0 : 1;
