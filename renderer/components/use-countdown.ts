import { useEffect, useState } from 'react';

/** Whole seconds left of `seconds`, from the moment the part appeared. Counts only; whoever acts on the end has a timer. */
export function useCountdown(seconds: number): number {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const start = performance.now();
    const timer = window.setInterval(() => {
      setLeft(Math.max(0, Math.ceil(seconds - (performance.now() - start) / 1000)));
    }, 200);
    return () => window.clearInterval(timer);
  }, [seconds]);
  return left;
}
