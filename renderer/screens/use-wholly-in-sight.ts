import { type RefObject, useEffect, useRef } from 'react';
import { useFlow } from '../flow/use-flow.tsx';
import { topSurface } from '../keys/surface.ts';

/** How often it is looked. What flew by in between was not there to be read. */
const lookMilliseconds = 250;

/** Of a beginning or an end, this much has to be seen: about two lines. */
const leastPixels = 48;

/** A text may lie between two pixels. */
const sharpness = 1;

/**
 * Tells the flow when a text has been wholly in sight, for the evidence: its beginning and its end, at once or, where it is longer
 * than the screen, one after the other. The browser says what of it is seen; under a window that lies over it nothing is.
 * @param hash names the text; undefined: there is none.
 */
export function useWhollyInSight<T extends HTMLElement>(hash: string | undefined): RefObject<T | null> {
  const flow = useFlow();
  const text = useRef<T>(null);
  useEffect(() => {
    const shown = text.current;
    if (shown === null || hash === undefined) return;
    let begun = false;
    let ended = false;
    const eye = new IntersectionObserver(([look]) => {
      if (look === undefined || shown.closest('dialog, [data-screen]') !== topSurface(document)) return;
      const { boundingClientRect: whole, intersectionRect: seen } = look;
      if (seen.height < Math.min(leastPixels, whole.height) || seen.width < whole.width - sharpness) return;
      begun ||= seen.top <= whole.top + sharpness;
      ended ||= seen.bottom >= whole.bottom - sharpness;
      if (!begun || !ended) return;
      stop();
      flow.send({ type: 'IN_SIGHT', hash });
    });
    // To observe anew is to be told anew, with the next frame.
    const look = () => {
      eye.unobserve(shown);
      eye.observe(shown);
    };
    const timer = window.setInterval(look, lookMilliseconds);
    const stop = () => {
      window.clearInterval(timer);
      eye.disconnect();
    };
    look();
    return stop;
  }, [flow, hash]);
  return text;
}
