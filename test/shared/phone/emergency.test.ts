import { describe, expect, it } from 'vitest';
import { isEmergencyNumber } from '../../../shared/phone/emergency.ts';
import { regions } from '../../../shared/phone/regions.ts';
import { googleEmergency } from './google.ts';

/** All strings of 2-4 digits, and of 5 where an emergency number of 5 exists: those starting 101 and 900. */
function candidates(): string[] {
  const short = [2, 3, 4].flatMap((length) =>
    Array.from({ length: 10 ** length }, (_, value) => String(value).padStart(length, '0')),
  );
  const long = ['101', '900'].flatMap((start) =>
    Array.from({ length: 100 }, (_, value) => start + String(value).padStart(2, '0')),
  );
  return [...short, ...long];
}

describe('isEmergencyNumber', () => {
  it('has the numbers of Google’s short-number data in every region, and no others', () => {
    const everywhere = ['112', '911', '999'];
    const all = candidates().filter((digits) => !everywhere.includes(digits));
    const differing = regions().flatMap(({ region }) =>
      all
        .filter((digits) => isEmergencyNumber(digits, region) !== googleEmergency(digits, region))
        .map((digits) => `${region} ${digits} should be ${googleEmergency(digits, region)}`),
    );
    expect(differing).toEqual([]);
  }, 60_000);

  it('knows 112, 911 and 999 everywhere, and nothing else without a region', () => {
    for (const { region } of regions()) {
      for (const digits of ['112', '911', '999']) expect(isEmergencyNumber(digits, region)).toBe(true);
    }
    expect(isEmergencyNumber('112', undefined)).toBe(true);
    expect(isEmergencyNumber('15', undefined)).toBe(false);
    expect(isEmergencyNumber('1123', 'FR')).toBe(false);
    expect(isEmergencyNumber('', 'GN')).toBe(false);
  });
});
