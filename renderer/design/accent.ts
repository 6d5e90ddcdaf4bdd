/**
 * Makes the brand's accent safe to read and to see, whatever colour head office chose: WCAG 2.2 asks 4.5:1 for text on it
 * and 3:1 for a control against the ground. Pure.
 */

import { contrast } from '../../shared/contrast.ts';

type Rgb = readonly [number, number, number];

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function format(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** `share` of `other` mixed into `hex`. */
function mix(hex: string, other: string, share: number): string {
  const target = parse(other);
  const mixed = parse(hex).map((part, at) => part + ((target[at] ?? part) - part) * share);
  return format(mixed as unknown as Rgb);
}

/** Colours made of one brand colour, by the names of the custom properties that take them. */
export interface AccentColours {
  /** Ground of the main button: at least 3:1 against the page, 4.5:1 under its own label. */
  readonly '--brand-accent': string;
  readonly '--brand-on-accent': string;
  /** The accent as text or thin line on the page: at least 4.5:1. */
  readonly '--brand-accent-ink': string;
  /** The main button while it is pressed. */
  readonly '--brand-accent-pressed': string;
}

const ink = '#15171c';
const white = '#ffffff';

function darkenedUntil(hex: string, enough: (colour: string) => boolean): string {
  for (let share = 0; share < 1; share += 0.04) {
    const colour = mix(hex, ink, share);
    if (enough(colour)) return colour;
  }
  return ink;
}

/** Works out every accent colour for a light page of colour `ground` from the brand's `#rrggbb`. */
export function accentColours(brand: string, ground: string): AccentColours {
  const accent = darkenedUntil(brand, (colour) => contrast(colour, ground) >= 3);
  const label = (colour: string) => (contrast(colour, white) >= 4.5 ? white : ink);
  const fill =
    contrast(accent, label(accent)) >= 4.5 ? accent : darkenedUntil(accent, (c) => contrast(c, white) >= 4.5);
  const onAccent = label(fill);
  return {
    '--brand-accent': fill,
    '--brand-on-accent': onAccent,
    '--brand-accent-ink': darkenedUntil(fill, (colour) => contrast(colour, ground) >= 4.5),
    '--brand-accent-pressed': onAccent === white ? mix(fill, ink, 0.35) : mix(fill, white, 0.35),
  };
}
