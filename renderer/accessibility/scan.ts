import type { FlowActor } from '../flow/use-flow.tsx';
import { press } from '../keys/input-modality.ts';
import { handPressedAt } from '../keys/key-guard.ts';
import { controlsOf, topSurface } from '../keys/surface.ts';
import { scanOrder } from './scan-order.ts';

/** Controls that are passed as one stop, so that a round is short: rows of the number pad, the bar, a handful of letters. */
const groups: readonly { readonly within: string; readonly size: number }[] = [
  { within: '[data-part="keypad"]', size: 3 },
  { within: '[data-part="bar"]', size: 12 },
  { within: '[data-screen="country"] [role="group"]', size: 6 },
  { within: '[role="listbox"]', size: 5 },
];

const swallowed = [
  'pointerdown',
  'pointerup',
  'mousedown',
  'mouseup',
  'click',
  'keydown',
  'keyup',
  'touchstart',
] as const;

/** The frame moves by itself; any key and any touch presses what is in it. Returns its undo. */
export function startScanning(flow: FlowActor, seconds: number): () => void {
  let surface: HTMLElement | null = null;
  let order = scanOrder<HTMLElement>([]);
  let known: readonly HTMLElement[] = [];
  let timer = 0;
  /** Steps in which the frame alone keeps the screen: one round, since nobody can press sooner than it comes by. */
  let patience = 0;
  /** Until the frame moves on, a second press (a hand that trembles) would press what is not in it. */
  let answering = false;

  const frame = (elements: readonly HTMLElement[]) => {
    for (const each of document.querySelectorAll('[data-scan]')) each.removeAttribute('data-scan');
    for (const each of elements) each.setAttribute('data-scan', '');
    const [first] = elements;
    first?.scrollIntoView({ block: 'nearest' });
    if (elements.length === 1) first?.focus({ preventScroll: true });
  };
  const step = () => {
    answering = false;
    const top = topSurface(document);
    const stops = top === null ? [] : stopsOf(top);
    const there = stops.flat();
    // What stands there may have changed with the last press.
    if (top !== surface || there.length !== known.length || there.some((each, at) => each !== known[at])) {
      surface = top;
      known = there;
      order = scanOrder(stops);
      patience = stops.length;
    }
    if (patience > 0) flow.send({ type: 'ACTIVITY' });
    patience -= 1;
    frame(order.advance());
    window.clearTimeout(timer);
    timer = window.setTimeout(step, seconds * 1000);
  };
  const pressFramed = () => {
    flow.send({ type: 'ACTIVITY' });
    if (answering) return;
    if (topSurface(document) !== surface || order.current().length === 0) return step();
    const pressed = order.press();
    if (pressed === null) {
      frame(order.current());
      window.clearTimeout(timer);
      timer = window.setTimeout(step, seconds * 1000);
      return;
    }
    patience = known.length;
    answering = true;
    press(pressed, 'switch');
    window.clearTimeout(timer);
    // After the screen has answered.
    timer = window.setTimeout(step, Math.min(400, seconds * 1000));
  };
  const onEvent = (event: Event) => {
    // What we press ourselves goes through; of keys only a hand's come here.
    if (!event.isTrusted && handPressedAt(event) === undefined) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    if (event.type === 'pointerdown' || event.type === 'keydown') pressFramed();
  };

  // The warning is framed as soon as it is there, however slow the frame is.
  const { unsubscribe } = flow.subscribe((snapshot) => {
    if (snapshot.matches({ asking: { attention: 'warned' } })) {
      window.setTimeout(() => topSurface(document) !== surface && step(), 50);
    }
  });
  for (const kind of swallowed) window.addEventListener(kind, onEvent, { capture: true, passive: false });
  timer = window.setTimeout(step, seconds * 1000);
  return () => {
    window.clearTimeout(timer);
    unsubscribe();
    for (const kind of swallowed) window.removeEventListener(kind, onEvent, { capture: true });
    frame([]);
  };
}

/** Reading order, but what stands above every screen comes last; a field that only shows what is typed is no stop. */
function stopsOf(surface: HTMLElement): HTMLElement[][] {
  const pressable = controlsOf(surface).filter((each) =>
    each.matches('button, a, [role="option"], input[type="checkbox"]'),
  );
  const header = (each: HTMLElement) => each.closest('[data-part="bar"]') !== null;
  const sorted = [...pressable.filter((each) => !header(each)), ...pressable.filter(header)];
  const stops: HTMLElement[][] = [];
  let last: Element | null = null;
  for (const control of sorted) {
    const group = groups.find(({ within }) => control.closest(within) !== null);
    const home = group === undefined ? null : control.closest(group.within);
    const open = stops.at(-1);
    if (group !== undefined && home === last && open !== undefined && open.length < group.size) open.push(control);
    else stops.push([control]);
    last = home;
  }
  return stops;
}
