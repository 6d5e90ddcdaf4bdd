import { describe, expect, it } from 'vitest';
import { classify, phoneNumberSchema } from '../../../shared/phone/number.ts';
import { nonGeographicCallingCodes } from '../../../shared/phone/plan.ts';
import { regions } from '../../../shared/phone/regions.ts';
import disagreements from './disagreements.json' with { type: 'json' };
import { googleExamples, googleOpinion, googleRegions } from './google.ts';

function ourOpinion(number: string): string {
  const { valid, type, region } = classify(number);
  return valid ? `${type ?? 'UNKNOWN'} ${region ?? '-'}` : 'invalid';
}

/** Valid and complete numbers, and the same numbers a digit short, a digit long and with another last digit. */
function variations(number: string): string[] {
  const last = Number(number.slice(-1));
  return [number, number.slice(0, -1), `${number}0`, `${number.slice(0, -1)}${(last + 5) % 10}`];
}

describe('classification against Google’s library', { timeout: 60_000 }, () => {
  const examples = googleExamples();
  const numbers = [...new Set(examples.map(({ number }) => number))];

  it('has examples of all regions and calling codes of no region', () => {
    expect(examples.length).toBeGreaterThan(1300);
    expect(numbers.length).toBeGreaterThan(1000);
    expect(
      regions()
        .map(({ region }) => region)
        .sort(),
    ).toEqual([...googleRegions].sort());
    const noRegion = examples.filter(({ region }) => region === null).map(({ from }) => from.slice(1));
    expect(noRegion.sort()).toEqual([...nonGeographicCallingCodes]);
  });

  it('agrees on validity, type and region of every example but the listed ones', () => {
    const found = numbers
      .map((number) => ({ number, ours: ourOpinion(number), google: googleOpinion(number) }))
      .filter(({ ours, google }) => ours !== google);
    const listed = disagreements.map(({ number, ours, google }) => ({ number, ours, google }));
    expect(found).toEqual(listed);
    expect(disagreements.every(({ reason }) => reason.length > 20)).toBe(true);
  });

  it('agrees on the neighbours of every example, apart from the listed plans', () => {
    const plans = new Set(disagreements.map(({ number }) => number.slice(0, 4)));
    const neighbours = [...new Set(numbers.flatMap(variations))].filter((number) => !plans.has(number.slice(0, 4)));
    const differing = neighbours
      .filter((number) => /^\+\d{6,15}$/.test(number))
      .map((number) => ({ number, ours: ourOpinion(number), google: googleOpinion(number) }))
      .filter(({ ours, google }) => ours !== google);
    expect(differing).toEqual([]);
  });
});

describe('phoneNumberSchema', { timeout: 60_000 }, () => {
  it.each(['+33612345678', '+12015550123', '+493012345678'])('accepts %s', (number) => {
    expect(phoneNumberSchema.parse(number)).toBe(number);
  });

  it.each([
    ['of a plan that has changed since', '+22501234567'],
    ['one digit short', '+3361234567'],
    ['an old Mexican form', '+5212221234567'],
    ['of a country that there is not yet', '+999123456'],
  ])('found 13: reads a kept number as it was accepted, whatever the metadata says by now: %s', (_, number) => {
    expect(classify(number).valid).toBe(false);
    expect(phoneNumberSchema.parse(number)).toBe(number);
  });

  it.each([
    ['no plus', '33612345678'],
    ['spaces', '+33 6 12 34 56 78'],
    ['no country code', '+0612345678'],
    ['too many digits', '+1234512345123451'],
    ['a valid number with a line end', '+33612345678\n'],
    ['full-width digits', '+３３612345678'],
    ['not a string', 33612345678],
  ])('refuses %s, without repeating the number', (_, number) => {
    const result = phoneNumberSchema.safeParse(number);
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).not.toContain('12345');
  });
});
