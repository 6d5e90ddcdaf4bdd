import { expect, test } from 'vitest';
import { isRefusalCode, refusals } from '../../shared/error-catalogue.ts';
import { CodedError } from '../../shared/errors.ts';

test('a code that is not in the catalogue does not compile', () => {
  // @ts-expect-error: `npm run check` fails if this line compiles.
  expect(new CodedError('no_such_code').code).toBe('no_such_code');
});

test('every refusal has a status that HTTP has for it, and a title that says what is wrong', () => {
  for (const [code, { status, title }] of Object.entries(refusals)) {
    expect(isRefusalCode(code)).toBe(true);
    expect(status, code).toBeGreaterThanOrEqual(400);
    expect(title, code).toMatch(/^[A-Z].{15,}\.$/);
  }
  expect(isRefusalCode('toString')).toBe(false);
});
