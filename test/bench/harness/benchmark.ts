import type { Summary } from './statistics.ts';

export type Goal = { atMost: number } | { under: number } | { atLeast: number } | { exactly: number };

/** One line of the table. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The range that holds the middle half of the measurements. */
  spread: Summary;
  /** What was measured beside it, in words. */
  against: string;
  goal: Goal;
}

export interface Surroundings {
  /** 1 for the real thing; a hundredth for a smoke run of about a second. */
  scale: number;
  /** A file name inside a folder that is deleted after the run. */
  folder: string;
  /** Says something that belongs beside the table: sizes, versions, absolute values. */
  note: (line: string) => void;
}

export interface Benchmark {
  /** As typed after `npm run bench --`. */
  name: string;
  /** Whether it opens windows. */
  needsElectron: boolean;
  run: (surroundings: Surroundings) => Promise<Figure[]>;
}

/** `full` in a real run, and no fewer than `least` in a smaller one. */
export const scaled = (full: number, scale: number, least: number): number => Math.max(least, Math.round(full * scale));

export function isMet({ value, goal }: Figure): boolean {
  if ('atMost' in goal) return value <= goal.atMost;
  if ('under' in goal) return value < goal.under;
  if ('atLeast' in goal) return value >= goal.atLeast;
  return value === goal.exactly;
}

export function goalInWords(goal: Goal): string {
  if ('atMost' in goal) return `at most ${goal.atMost}`;
  if ('under' in goal) return `under ${goal.under}`;
  if ('atLeast' in goal) return `at least ${goal.atLeast}`;
  return `${goal.exactly}`;
}

/** What `bench-results.json` holds of a figure. */
export const resultOf = (figure: Figure) => ({
  name: figure.name,
  value: Number(figure.value.toPrecision(4)),
  unit: figure.unit,
  against: figure.against,
  goal: goalInWords(figure.goal),
  met: isMet(figure),
});
