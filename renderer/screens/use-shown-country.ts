import { useMemo } from 'react';
import type { Region } from '../../shared/phone/plan.ts';
import { usePhone } from '../flow/phone.tsx';
import { useKnown } from '../flow/use-flow.tsx';

/** The country that stands beside the number: the chosen one, until what is typed speaks of another. */
export function useShownCountry(): Region {
  const phone = usePhone();
  const typed = useKnown((context) => context.typed);
  const chosen = useKnown((context) => context.region) as Region;
  return useMemo(() => phone?.countryOf(typed, chosen) ?? chosen, [phone, typed, chosen]);
}
