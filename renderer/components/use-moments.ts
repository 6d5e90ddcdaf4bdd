import { useEffect, useState } from 'react';

/** A second tap meant for the screen before comes within this time. */
const settlingMilliseconds = 400;
/** From a part's first state to its frame on the screen: measured 50 ms on a slow machine, and nobody notices twice as much. */
const firstFrameMilliseconds = 100;

/** False until the part has been there for a moment: for a button that must not be pressed by the end of a double tap. */
export const useSettled = (): boolean => useElapsed(settlingMilliseconds);

/** False until the first frame is on the screen: what it does not need is fetched behind it. */
export const useBehindFirstFrame = (): boolean => useElapsed(firstFrameMilliseconds);

function useElapsed(milliseconds: number): boolean {
  const [elapsed, setElapsed] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setElapsed(true), milliseconds);
    return () => window.clearTimeout(timer);
  }, [milliseconds]);
  return elapsed;
}
