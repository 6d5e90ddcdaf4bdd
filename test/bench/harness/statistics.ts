/** The value below which `share` of the sorted values lie (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (value === undefined) throw new Error('no values to describe');
  return value;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** What is told of repeated measurements: the middle, and the range that holds the middle half of them. */
export interface Summary {
  median: number;
  from: number;
  to: number;
}

export const summarise = (values: readonly number[]): Summary => ({
  median: median(values),
  from: quantile(values, 0.25),
  to: quantile(values, 0.75),
});

/** Each value divided by the one measured beside it. */
export const ratios = (values: readonly number[], against: readonly number[]): number[] =>
  values.map((value, index) => value / (against[index] ?? Number.NaN));
