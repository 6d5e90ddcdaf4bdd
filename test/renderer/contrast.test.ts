import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accentColours } from '../../renderer/design/accent.ts';
import { contrast } from '../../shared/contrast.ts';

const css = readFileSync(new URL('../../renderer/design/tokens.css', import.meta.url), 'utf8');

function block(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(start, css.indexOf('}', start));
  return new Map([...body.matchAll(/(--[a-z-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]));
}

const light = block(':root');
const high = new Map([...light, ...block(':root[data-contrast="high"]')]);

function colour(theme: Map<string, string>, token: string): string {
  const value = theme.get(token) ?? '';
  const reference = /^var\((--[a-z-]+)\)$/.exec(value)?.[1];
  if (reference !== undefined) return colour(theme, reference);
  if (!/^#[0-9a-f]{6}$/.test(value)) throw new Error(`${token} is not a #rrggbb colour: ${value}`);
  return value;
}

/** Text on its ground, wherever the screens use it: WCAG 2.2 1.4.3 asks 4.5:1. */
const texts = [
  ['--ink', '--ground'],
  ['--ink', '--surface'],
  ['--ink', '--key'],
  ['--ink', '--key-pressed'],
  ['--ink-soft', '--ground'],
  ['--ink-soft', '--surface'],
  ['--ink-soft', '--key'],
  ['--ground', '--ink'],
  ['--danger', '--ground'],
  ['--waiting', '--ground'],
  ['--danger', '--room'],
  ['--danger', '--room-surface'],
  ['--accent-ink', '--ground'],
  ['--accent-ink', '--surface'],
  ['--on-accent', '--accent'],
  ['--on-accent', '--accent-pressed'],
  ['--on-refuse', '--refuse'],
  ['--on-refuse', '--refuse-pressed'],
  ['--ink', '--room'],
  ['--ink', '--room-surface'],
  ['--room-soft', '--room'],
  ['--room-soft', '--room-surface'],
  ['--on-room-bar', '--room-bar'],
  ['--good', '--room-surface'],
  ['--waiting', '--room-surface'],
] as const;

/** Edges of controls, marks and the focus ring: 1.4.11 asks 3:1. */
const shapes = [
  ['--border', '--ground'],
  ['--border', '--surface'],
  ['--border', '--room-surface'],
  ['--border', '--room'],
  ['--accent', '--ground'],
  ['--accent', '--surface'],
  ['--accent', '--room'],
  ['--refuse', '--ground'],
  ['--focus', '--ground'],
  ['--focus', '--surface'],
  ['--focus', '--room'],
  ['--focus', '--key'],
  ['--focus', '--focus-gap'],
  ['--good', '--room-surface'],
] as const;

describe.each([
  ['light', light, 4.5],
  ['high contrast', high, 7],
] as const)('%s theme', (_, theme, least) => {
  test.each(texts)('text %s on %s', (ink, ground) => {
    expect(contrast(colour(theme, ink), colour(theme, ground))).toBeGreaterThanOrEqual(least);
  });
  test.each(shapes)('shape %s on %s', (shape, ground) => {
    expect(contrast(colour(theme, shape), colour(theme, ground))).toBeGreaterThanOrEqual(3);
  });
});

test('any brand colour becomes an accent that can be read and seen', () => {
  const ground = colour(light, '--ground');
  const channel = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(channel, channel, channel, (red, green, blue) => {
      const brand = `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
      const made = accentColours(brand, ground);
      const onAccent = made['--brand-on-accent'];
      expect(contrast(made['--brand-accent'], ground)).toBeGreaterThanOrEqual(3);
      expect(contrast(made['--brand-accent'], onAccent)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(made['--brand-accent-pressed'], onAccent)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(made['--brand-accent-ink'], ground)).toBeGreaterThanOrEqual(4.5);
    }),
    { numRuns: 2000 },
  );
});

test('the contrast formula is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
