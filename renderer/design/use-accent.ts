import { useLayoutEffect } from 'react';
import { accentColours } from './accent.ts';

/** Puts the brand's colour into the tokens, by the CSSOM: the content security policy allows no style attribute in markup. */
export function useAccent(brand: string): void {
  useLayoutEffect(() => {
    const ground = '#faf8f4';
    for (const [name, value] of Object.entries(accentColours(brand, ground))) {
      document.documentElement.style.setProperty(name, value);
    }
  }, [brand]);
}
