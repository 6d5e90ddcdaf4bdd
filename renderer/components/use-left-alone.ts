import { useEffect } from 'react';
import { elapsed } from '../../shared/moment.ts';
import type { TimeWatch } from '../time-watch.ts';

/** Calls `onLeft` when nobody has touched anything for so long, or the computer goes to sleep. */
export function useLeftAlone(time: TimeWatch, milliseconds: number, onLeft: () => void): void {
  useEffect(() => {
    let since = time.now();
    const again = () => {
      since = time.now();
    };
    const kinds = ['pointerdown', 'keydown'] as const;
    for (const kind of kinds) document.addEventListener(kind, again, { capture: true, passive: true });
    const stopLooking = time.onLook(({ now, asleep }) => {
      const left = asleep || elapsed(since, now) >= milliseconds;
      if (left) {
        since = now;
        onLeft();
      }
      return left;
    });
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, again, { capture: true });
      stopLooking();
    };
  }, [time, milliseconds, onLeft]);
}
