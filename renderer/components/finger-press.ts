import { type PointerEvent, useEffect, useRef } from 'react';

/** Somebody who taps "start" twice must not type a digit with the second tap. */
const settling = { milliseconds: 350, pixels: 40 };
let lastTouch = { at: Number.NEGATIVE_INFINITY, x: 0, y: 0 };

/** Keeps the last touch before a pad or a keyboard was there. Called once, by the entry point. */
export function watchLastTouch(root: Document): void {
  root.addEventListener(
    'pointerup',
    (event) => {
      lastTouch = { at: event.timeStamp, x: event.clientX, y: event.clientY };
    },
    { capture: true, passive: true },
  );
}

interface PressHandlers {
  onPointerDown(event: PointerEvent): void;
  onMouseDown(event: { preventDefault(): void }): void;
  onClick(event: { detail: number }): void;
}

/**
 * For the keys of a pad or a keyboard: a key types when the finger comes down, so that two thumbs can overlap; pressed by
 * keyboard or speech control, the same button answers the click.
 */
export function useFingerPress(): (act: () => void) => PressHandlers {
  const appearedAt = useRef(0);
  useEffect(() => {
    appearedAt.current = performance.now();
  }, []);
  return (act) => ({
    onPointerDown: (event) => {
      if (event.button === 0 && !isEcho(event, appearedAt.current)) act();
    },
    /* Keeps the keyboard focus where it is, so that Enter goes on meaning what it meant. */
    onMouseDown: (event) => event.preventDefault(),
    onClick: (event) => {
      if (event.detail === 0) act();
    },
  });
}

function isEcho(event: PointerEvent, appearedAt: number): boolean {
  return (
    lastTouch.at < appearedAt &&
    event.timeStamp - lastTouch.at < settling.milliseconds &&
    Math.hypot(event.clientX - lastTouch.x, event.clientY - lastTouch.y) < settling.pixels
  );
}
