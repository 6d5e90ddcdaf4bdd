/** One stop of the moving frame: a single control, or several that are gone through one by one after a press. */
export type ScanStop<T> = readonly T[];

export interface ScanOrder<T> {
  /** What has the frame now; empty before the first step. */
  current(): ScanStop<T>;
  /** The frame moves on. */
  advance(): ScanStop<T>;
  /** The switch was pressed: the control that it presses, or null when it opened a group. */
  press(): T | null;
}

/** A group is gone through this often; nobody pressed, so it is left. */
const rounds = 2;

/** The order of a single switch: stops one after another, groups from within, and again from the beginning. */
export function scanOrder<T>(stops: readonly ScanStop<T>[]): ScanOrder<T> {
  let at = -1;
  let inside = -1;
  let left = 0;
  const stop = () => stops[at] ?? [];
  const current = (): ScanStop<T> => {
    const item = stop()[inside];
    return left > 0 && item !== undefined ? [item] : stop();
  };
  return {
    current,
    advance: () => {
      if (left > 0) {
        left -= 1;
        inside = (inside + 1) % stop().length;
        if (left > 0) return current();
      }
      inside = -1;
      if (stops.length > 0) at = (at + 1) % stops.length;
      return current();
    },
    press: () => {
      const framed = current();
      if (framed.length > 1) {
        inside = 0;
        left = rounds * framed.length;
        return null;
      }
      if (left > 0) {
        // Back to the group's beginning: after one digit comes the next.
        left = 0;
        inside = -1;
        at = Math.max(-1, at - 1);
      }
      return framed[0] ?? null;
    },
  };
}
