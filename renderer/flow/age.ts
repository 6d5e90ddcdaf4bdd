/** A group of ages on one button: `from` to `to`, or from `from` on. */
export interface AgeGroup {
  readonly from: number;
  readonly to: number | null;
}

/** Where groups end, counted from the threshold: two below it, three from it on. */
const boundaries = [-3, 0, 5, 20];

/** The groups to choose from, the youngest first. The threshold is a border between two of them, like every other border. */
export function ageGroups(threshold: number): readonly AgeGroup[] {
  const starts = [0, ...boundaries.map((distance) => threshold + distance).filter((age) => age > 0)];
  return starts.map((from, at) => {
    const next = starts[at + 1];
    return { from, to: next === undefined ? null : next - 1 };
  });
}
