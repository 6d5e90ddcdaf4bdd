import type { SeededRandom } from './random.ts';

/** Values that JSON cannot carry; the page makes them from these names. */
export const unspeakable = ['$nan', '$infinity', '$undefined', '$bigint', '$date', '$map', '$bytes', '$cycle', '$hole'];

const strings = [
  '',
  ' ',
  '\0',
  '\u202e+447400123456',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  "'; DROP TABLE records; --",
  '{{7*7}}',
  '%s%n',
  'NaN',
  '😀',
  'a'.repeat(100_000),
];
const numbers = [0, -1, 0.5, 1e308, -0, 2 ** 53, 2 ** 32];

/** Any value at all. */
export function anyValue(random: SeededRandom, depth = 3): unknown {
  const kind = random.below(depth > 0 ? 9 : 6);
  if (kind < 2) return random.one(strings);
  if (kind === 2) return random.one(numbers);
  if (kind === 3) return random.one([null, true, false]);
  if (kind < 6) return random.one(unspeakable);
  const parts = Array.from({ length: random.below(5) }, () => anyValue(random, depth - 1));
  if (kind === 6) return parts;
  return Object.fromEntries(parts.map((part, at) => [random.one([...strings.slice(0, 9), `key${at}`]), part]));
}

/** The form with one thing wrong: a field gone, too much, of another kind, or broken somewhere inside. */
export function spoiled(random: SeededRandom, form: Record<string, unknown>): unknown {
  const field = random.one(Object.keys(form));
  const rest = Object.fromEntries(Object.entries(form).filter(([name]) => name !== field));
  switch (random.below(4)) {
    case 0:
      return rest;
    case 1:
      return { ...form, [`${field}${random.one(['2', ' ', 'X'])}`]: anyValue(random) };
    case 2:
      return { ...form, [field]: anyValue(random) };
    default:
      return { ...form, [field]: inside(random, form[field]) };
  }
}

function inside(random: SeededRandom, value: unknown): unknown {
  if (Array.isArray(value)) return [...value, anyValue(random)];
  if (typeof value === 'string') return value + random.one(['\0', ' ', '=', '٣', '\n', value.repeat(2_000)]);
  return anyValue(random);
}
