/**
 * Ways of writing a number that people use and Google's metadata does not know, because each of its plans ends at its calling
 * code and forgets what was retired. Pure data and two look-ups.
 */
import type { Region } from './plan.ts';

interface Habit {
  /** Where it is written like this. */
  readonly within: readonly Region[];
  readonly written: RegExp;
  /** The number from the plus on. */
  readonly number: string;
}

/** One plan of ten digits (ARCEP, plan national de numérotation) with several calling codes: in Paris, 0690 is dialled as it stands. */
const tenDigits: readonly Region[] = ['FR', 'GP', 'BL', 'MF', 'GF', 'MQ', 'RE', 'YT'];
/** Saint-Pierre-et-Miquelon belongs to it with six digits behind 0508. */
const french: readonly Region[] = [...tenDigits, 'PM'];

/** Where the plan knows no such number. */
const otherwise: readonly Habit[] = [
  ...['33', '590', '594', '596', '262'].map((code) => ({
    within: french,
    written: /^0?([1-9]\d{8})$/,
    number: `+${code}$1`,
  })),
  // Mexico dials ten digits since 2019; what stood in front of them before is still on paper and in messengers.
  { within: ['MX'], written: /^(?:0?1|04[45])(\d{10})$/, number: '+52$1' },
];

/** Where the plan would say something else. */
const instead: readonly Habit[] = [
  { within: french, written: /^0?508(\d{6})$/, number: '+508$1' },
  // A line of Argentina has one number, be it a mobile's or a landline's; a mobile's has a 9 in front of it behind +54 and a 15
  // inside it behind the 0, and people leave out both. Behind +54 or 0 the missing digit says that it is a landline.
  { within: ['AR'], written: /^([1-9]\d{9})$/, number: '+549$1' },
];

const numbersBy = (habits: readonly Habit[], digits: string, region: Region): readonly string[] =>
  habits
    .filter(({ within, written }) => within.includes(region) && written.test(digits))
    .map(({ written, number }) => digits.replace(written, number));

/** Numbers that digits may stand for which are none of the region's plan, with its calling code before them or without. */
export const writtenOtherwise = (digits: string, region: Region): readonly string[] =>
  numbersBy(otherwise, digits, region);

/** Numbers that digits without a calling code may stand for, whatever the region's plan says. */
export const writtenInstead = (digits: string, region: Region): readonly string[] => numbersBy(instead, digits, region);

/** Regions of other calling codes whose whole numbers are dialled in `region` like its own, and are as long. */
export function dialledAlike(region: Region): readonly Region[] {
  return french.includes(region) ? tenDigits.filter((each) => each !== region) : [];
}
