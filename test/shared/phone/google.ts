/** Google's own library as the referee: its example numbers and its opinion of a number. */
import library from 'google-libphonenumber';

const util = library.PhoneNumberUtil.getInstance();
const shortNumbers = library.ShortNumberInfo.getInstance();

const typeNames = Object.entries(library.PhoneNumberType).filter(([, value]) => value >= 0);

/** Regions that Google's metadata has. */
export const googleRegions: readonly string[] = util.getSupportedRegions();

/** One example number and where it comes from, such as `FR MOBILE` or `+800`. */
export interface Example {
  readonly number: string;
  readonly from: string;
  readonly type: string;
  readonly region: string | null;
}

/** Example numbers of every type of every region, and of every calling code of no region, in E.164 form. */
export function googleExamples(): readonly Example[] {
  const ofRegions = googleRegions.flatMap((region) =>
    typeNames.flatMap(([type, value]) => {
      const example = util.getExampleNumberForType(region, value);
      if (example === null) return [];
      const number = util.format(example, library.PhoneNumberFormat.E164);
      return [{ number, from: `${region} ${type}`, type, region }];
    }),
  );
  const ofNoRegion = util.getSupportedGlobalNetworkCallingCodes().flatMap((callingCode) => {
    const example = util.getExampleNumberForNonGeoEntity(callingCode);
    if (example === null) return [];
    const number = util.format(example, library.PhoneNumberFormat.E164);
    return [{ number, from: `+${callingCode}`, type: 'any', region: null }];
  });
  return [...ofRegions, ...ofNoRegion];
}

/** `invalid` (or not the number's own E.164 form), or Google's type and region of the number, such as `MOBILE FR`. */
export function googleOpinion(number: string): string {
  const parsed = util.parse(number);
  const canonical = util.format(parsed, library.PhoneNumberFormat.E164) === number;
  if (!canonical || !util.isValidNumber(parsed)) return 'invalid';
  const type = typeNames.find(([, value]) => value === util.getNumberType(parsed))?.[0] ?? 'UNKNOWN';
  const region = util.getRegionCodeForNumber(parsed);
  return `${type} ${region === undefined || region === '001' ? '-' : region}`;
}

/** Whether Google's short-number data calls these digits an emergency number of the region. */
export function googleEmergency(digits: string, region: string): boolean {
  return shortNumbers.isEmergencyNumber(digits, region);
}
