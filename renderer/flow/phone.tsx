import { createContext, useContext, useEffect, useState } from 'react';
import type { formatAsYouType } from '../../shared/phone/format.ts';
import type { judgeNumber } from '../../shared/phone/judge.ts';
import type { countryOf, movedTo } from '../../shared/phone/read.ts';
import type { regionName, regions, searchRegions } from '../../shared/phone/regions.ts';
import { useFailures } from '../failures.ts';

/** What the screens need of shared/phone. Its metadata is the largest part of the application, so it comes after the first paint. */
export interface Phone {
  readonly countryOf: typeof countryOf;
  readonly formatAsYouType: typeof formatAsYouType;
  readonly judgeNumber: typeof judgeNumber;
  readonly movedTo: typeof movedTo;
  readonly regionName: typeof regionName;
  readonly regions: typeof regions;
  readonly searchRegions: typeof searchRegions;
}

/** Loads it once, whoever asks first. */
export function phoneLoader(): () => Promise<Phone> {
  let loading: Promise<Phone> | undefined;
  return () => {
    loading ??= import('./phone-parts.ts').catch((error) => {
      // The next one who needs it asks again.
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

export const PhoneProvider = createContext<Phone | null>(null);

/** Null for the few milliseconds until it is there. */
export function usePhone(): Phone | null {
  return useContext(PhoneProvider);
}

/** @param wanted whether it may be loaded yet. */
export function useLoadedPhone(load: () => Promise<Phone>, wanted: boolean): Phone | null {
  const [phone, setPhone] = useState<Phone | null>(null);
  const failures = useFailures();
  useEffect(() => {
    if (wanted) load().then(setPhone, (error) => failures.bearable('part', error));
  }, [load, wanted, failures]);
  return phone;
}
