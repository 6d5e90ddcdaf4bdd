import { type PointerEvent, useEffect, useRef } from 'react';
import { useIntl } from 'react-intl';
import { useSay } from '../words/words.tsx';
import classes from './keypad.module.css';

const rows = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Somebody who taps "start" twice must not type a digit with the second tap. */
const settling = { milliseconds: 350, pixels: 40 };
let lastTouch = { at: Number.NEGATIVE_INFINITY, x: 0, y: 0 };

/** Keeps the last touch before a keypad was there. Called once, by the entry point. */
export function watchLastTouch(root: Document): void {
  root.addEventListener(
    'pointerup',
    (event) => {
      lastTouch = { at: event.timeStamp, x: event.clientX, y: event.clientY };
    },
    { capture: true, passive: true },
  );
}

/**
 * Twelve buttons in telephone order, left to right in every language. A digit is typed when the finger comes down, so that
 * two thumbs can overlap; pressed by keyboard or speech control, the same button answers the click.
 */
export function Keypad({
  withPlus,
  onKey,
  onDelete,
}: {
  withPlus: boolean;
  onKey: (key: string) => void;
  onDelete: () => void;
}) {
  const say = useSay();
  const { locale } = useIntl();
  const appearedAt = useRef(0);
  useEffect(() => {
    appearedAt.current = performance.now();
  }, []);

  const handlers = (act: () => void) => ({
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0 && !isEcho(event, appearedAt.current)) act();
    },
    /* Keeps the keyboard focus where it is, so that Enter goes on meaning "continue". */
    onMouseDown: (event: { preventDefault(): void }) => event.preventDefault(),
    onClick: (event: { detail: number }) => {
      if (event.detail === 0) act();
    },
  });
  const local = new Intl.NumberFormat(locale, { useGrouping: false });
  const digit = (key: string) => (
    <button key={key} type="button" className={classes.key} {...handlers(() => onKey(key))}>
      {key}
      {local.format(Number(key)) !== key && (
        <span className={classes.local} aria-hidden="true">
          {local.format(Number(key))}
        </span>
      )}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's semantics and a min-content size.
    <div className={classes.keypad} data-part="keypad" dir="ltr" role="group" aria-label={say('number.keypad')}>
      {rows.map(digit)}
      {withPlus ? (
        <button type="button" className={classes.key} aria-label={say('common.plus')} {...handlers(() => onKey('+'))}>
          +
        </button>
      ) : (
        <span />
      )}
      {digit('0')}
      <button type="button" className={classes.key} aria-label={say('number.delete')} {...handlers(onDelete)}>
        <svg className={classes.icon} viewBox="0 0 40 28" aria-hidden="true">
          <path d="M13 2h22a3 3 0 0 1 3 3v18a3 3 0 0 1-3 3H13L2 14Z" />
          <path d="m18 9 10 10m0-10L18 19" />
        </svg>
      </button>
    </div>
  );
}

function isEcho(event: PointerEvent, appearedAt: number): boolean {
  return (
    lastTouch.at < appearedAt &&
    event.timeStamp - lastTouch.at < settling.milliseconds &&
    Math.hypot(event.clientX - lastTouch.x, event.clientY - lastTouch.y) < settling.pixels
  );
}
