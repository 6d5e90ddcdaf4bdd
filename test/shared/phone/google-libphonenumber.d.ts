/** The part of google-libphonenumber that the tests use; the package brings no types. Source: its README and dist. */
declare module 'google-libphonenumber' {
  export interface GoogleNumber {
    readonly brand: 'google number';
  }
  interface Util {
    getSupportedRegions(): string[];
    getSupportedGlobalNetworkCallingCodes(): number[];
    getExampleNumberForType(region: string, type: number): GoogleNumber | null;
    getExampleNumberForNonGeoEntity(callingCode: number): GoogleNumber | null;
    parse(number: string, region?: string): GoogleNumber;
    isValidNumber(number: GoogleNumber): boolean;
    getNumberType(number: GoogleNumber): number;
    getRegionCodeForNumber(number: GoogleNumber): string | undefined;
    format(number: GoogleNumber, format: number): string;
  }
  interface ShortNumbers {
    isEmergencyNumber(number: string, region: string): boolean;
  }
  const library: {
    readonly PhoneNumberUtil: { getInstance(): Util };
    readonly ShortNumberInfo: { getInstance(): ShortNumbers };
    readonly PhoneNumberType: Readonly<Record<string, number>>;
    readonly PhoneNumberFormat: { readonly E164: number };
  };
  export default library;
}
