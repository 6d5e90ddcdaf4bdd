import { expect, it } from 'vitest';
import { isInstalled } from '../../../tools/setup/dependencies.mjs';

const wanted = {
  '': {},
  'node_modules/a': { version: '1.0.0' },
  'node_modules/for-another-platform': { version: '1.0.0', optional: true },
};

it('is installed when every package is there in its version', () => {
  expect(isInstalled(wanted, { 'node_modules/a': { version: '1.0.0' } })).toBe(true);
});

it.each([
  ['nothing was installed', undefined],
  ['a package is missing', {}],
  ['a package is there in another version', { 'node_modules/a': { version: '1.0.1' } }],
  [
    'an optional package is there in another version',
    { 'node_modules/a': { version: '1.0.0' }, 'node_modules/for-another-platform': { version: '2.0.0' } },
  ],
])('is not installed when %s', (_, installed) => {
  expect(isInstalled(wanted, installed)).toBe(false);
});
