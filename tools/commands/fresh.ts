/** `npm run fresh`: does what the README promises hold on a machine that has nothing but Debian, Node and npm? */
import { checkFreshMachines } from '../fresh/check.ts';

process.exitCode = (await checkFreshMachines()).passed === 1 ? 0 : 1;
