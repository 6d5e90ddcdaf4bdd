import { expect, test } from 'vitest';
import { bodySchemas } from '../../shared/record/body.ts';
import vectors from '../vectors/record-v1.json' with { type: 'json' };

const given = () => bodySchemas.given.parse(JSON.parse(vectors.records[0]?.body ?? ''));
const refusedAt = (body: object) => bodySchemas.given.safeParse(body).error?.issues.map(({ path }) => path.join('.'));

test.each([
  ['a device', { presentation: { ...given().presentation, userAgent: 'Kiosk/1.0' } }],
  ['a screen finer than its pixels', { presentation: { ...given().presentation, width: 1279.5 } }],
  [
    'a time finer than a millisecond',
    { privacyNotice: { hash: given().privacyNotice.hash, inSightAfterMilliseconds: 8_650.25 } },
  ],
  ['a place where a box was touched', { choices: given().choices.map((choice) => ({ ...choice, x: 120 })) }],
])('kept 18: what could tell people apart has no place in a body: %s', (_, change) => {
  expect(refusedAt({ ...given(), ...change })).not.toBeUndefined();
});

test('kept 18: nobody agrees by a box that nobody touched; a box may be ticked and emptied again', () => {
  const [first, ...others] = given().choices;
  const answered = (answer: string, inputModality: string) => ({
    ...given(),
    choices: [{ ...first, answer, inputModality }, ...others],
  });
  expect(refusedAt(answered('granted', 'none'))).toEqual(['choices.0']);
  expect(refusedAt(answered('granted', 'switch'))).toBeUndefined();
  expect(refusedAt(answered('declined', 'touch'))).toBeUndefined();
});

test('kept 18: every type of record says how the screen stood there', () => {
  for (const { header, body } of vectors.records) {
    const schema = bodySchemas[(JSON.parse(header) as { type: keyof typeof bodySchemas }).type];
    const { presentation: _, ...without } = JSON.parse(body);
    expect(schema.safeParse(JSON.parse(body)).success).toBe(true);
    expect(schema.safeParse(without).error?.issues.map(({ path }) => path)).toEqual([['presentation']]);
  }
});
