import { useEffect, useState } from 'react';

/** A second tap meant for the screen before comes within this time. */
const settlingMilliseconds = 400;

/** False until the part has been there for a moment: for a button that must not be pressed by the end of a double tap. */
export function useSettled(): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(true), settlingMilliseconds);
    return () => window.clearTimeout(timer);
  }, []);
  return settled;
}
