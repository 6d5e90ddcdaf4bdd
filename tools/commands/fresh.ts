/** `npm run fresh`: does what the README promises hold on a machine that has nothing but Debian, Node and npm? */
import { tryFreshMachines } from '../fresh/apart.ts';

process.exitCode = (await tryFreshMachines()) === 'worked' ? 0 : 1;
