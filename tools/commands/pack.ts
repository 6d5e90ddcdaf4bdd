// npm run pack: the packaged application for this platform, unpacked, in dist/.
import { packageKiosk } from '../packaging/package.ts';

const { kind, version } = await packageKiosk();
console.log(
  `Packaged in dist/ with ${kind === 'official' ? 'the official' : 'the registry-hosted'} Electron ${version}.`,
);
if (kind === 'hosted') console.log('For trying out only: a release is packaged with the official Electron.');
