import { type RefObject, useEffect, useState } from 'react';
import classes from './scroll-hint.module.css';

/** Less than this is no text, only the air below it. */
const leastPixels = 12;

/** Of what is seen, this much is gone on at a press; the rest stays, so that nobody loses the place. */
const stride = 0.75;

/**
 * An arrow at the lower edge of what scrolls, for as long as there is more below; pressing it goes there. For the eye and
 * the finger: whoever uses keys or hears the screen gets to everything without it.
 */
export function More({ within }: { within: RefObject<HTMLElement | null> }) {
  const [more, setMore] = useState(false);
  // After every drawing: another text is another height.
  useEffect(() => {
    const frame = within.current;
    if (frame === null) return;
    const look = () => {
      // For the style sheets: the arrow gets room beside the text, for as long as it may be needed.
      frame.toggleAttribute('data-scrolls', frame.scrollHeight - frame.clientHeight > leastPixels);
      setMore(frame.scrollHeight - frame.scrollTop - frame.clientHeight > leastPixels);
    };
    const sizes = new ResizeObserver(look);
    for (const each of [frame, ...frame.children]) sizes.observe(each);
    frame.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      frame.removeEventListener('scroll', look);
    };
  });
  const goOn = () => within.current?.scrollBy({ top: within.current.clientHeight * stride });
  return (
    <div className={classes.place} aria-hidden="true" hidden={!more} data-part="more">
      <button type="button" className={classes.button} tabIndex={-1} onClick={goOn}>
        <svg className={classes.arrow} viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 4v15m-7-7 7 7 7-7" />
        </svg>
      </button>
    </div>
  );
}
