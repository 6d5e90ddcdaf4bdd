import { useEffect, useState } from 'react';

/** From the first frame's state to the screen: measured 50 ms on a slow machine, and nobody notices twice as much. */
const milliseconds = 100;

/** False until the first frame is on the screen: what it does not need is fetched behind it. */
export function useBehindFirstFrame(): boolean {
  const [behind, setBehind] = useState(false);
  useEffect(() => {
    const task = window.setTimeout(() => setBehind(true), milliseconds);
    return () => window.clearTimeout(task);
  }, []);
  return behind;
}
