import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sourceSchema } from '../../server/modules/configuration/source.ts';
import { checkConfigurationReference, compareWithReference } from '../../tools/checks/configuration-reference.ts';
import { root } from '../../tools/setup/paths.mjs';

const reference = readFileSync(join(root, 'docs', 'configuration.md'), 'utf8');
const compare = (fields: z.core.$ZodShape, text = reference) =>
  compareWithReference(
    z.toJSONSchema(z.strictObject({ ...sourceSchema.shape, ...fields }), {
      unrepresentable: 'any',
      io: 'input',
    }) as never,
    text,
  );

test('found 30: every field of the configuration is described, with its limits', () => {
  expect(checkConfigurationReference(root)).toEqual([]);
});

test('found 30: a field without its row, a limit that is another, and a row without a field fail the check', () => {
  expect(compare({ music: z.strictObject({ volume: z.int().min(0).max(11) }) })).toEqual([
    'docs/configuration.md: no row for music',
    'docs/configuration.md: no row for music.volume',
  ]);
  expect(
    compare({
      timeouts: z.strictObject({ ...sourceSchema.shape.timeouts.shape, savedSeconds: z.int().min(7).max(120) }),
    }),
  ).toEqual(['docs/configuration.md: timeouts.savedSeconds does not say 7']);
  expect(compare({ paused: z.boolean().optional() })).toEqual(['docs/configuration.md: paused is optional']);
  expect(compare({}, `${reference}| \`music\` | loud | what plays |\n`)).toEqual([
    'docs/configuration.md: there is no field music',
  ]);
  expect(compare({}, reference.replace(/^\| `paused`.*$/m, '| `paused` | true or false | |'))).toEqual([
    'docs/configuration.md: paused is not described',
  ]);
});
