import { keysOf, press } from './input-modality.ts';
import { isEditable, tabStops, topSurface } from './surface.ts';

/** How far an arrow and a page key scroll, as parts of what is seen. */
const arrowPart = 0.15;
const pagePart = 0.85;

/** What the browser would have done with a key that nobody on the page wanted. @param mayPress asked before a control is pressed. */
export function doAsBrowser(event: KeyboardEvent, mayPress: () => boolean): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const surface = topSurface(document);
  const active = document.activeElement instanceof HTMLElement ? document.activeElement : document.body;
  const pressIfAllowed = (element: HTMLElement) => {
    if (mayPress()) press(element, keysOf(event));
  };
  switch (event.key) {
    case 'Tab':
      if (surface !== null) moveOn(surface, active, event.shiftKey ? -1 : 1);
      return;
    case 'Escape':
      if (surface instanceof HTMLDialogElement) surface.dispatchEvent(new Event('cancel', { cancelable: true }));
      return;
    case 'Enter':
      if (active.matches('button, a[href], summary')) pressIfAllowed(active);
      else if (active instanceof HTMLInputElement && active.form !== null && mayPress()) active.form.requestSubmit();
      return;
  }
  // Keys that a field did not get because they may mean something else; where they mean nothing, they are text.
  if (isEditable(active)) {
    if (event.key.length === 1) document.execCommand('insertText', false, event.key);
  } else if (event.key === ' ' && active.matches('button, summary, input[type="checkbox"]')) {
    pressIfAllowed(active);
  } else {
    scroll(active, event.key, event.shiftKey);
  }
}

/** As Tab does: past the end it begins again, and from a heading it goes to what stands behind it. */
function moveOn(surface: HTMLElement, active: HTMLElement, by: 1 | -1): void {
  const stops = tabStops(surface);
  let at = stops.indexOf(active);
  if (at === -1 && surface.contains(active) && active !== surface) {
    const behind = stops.findIndex(
      (each) => (active.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
    );
    const first = behind === -1 ? stops.length : behind;
    at = by === 1 ? first - 1 : first;
  } else if (at === -1 && by === -1) at = 0;
  stops[(at + by + stops.length) % stops.length]?.focus();
}

function scroll(from: HTMLElement, key: string, up: boolean): void {
  const scroller = scrollerOf(from);
  if (scroller === null) return;
  const part = { ArrowDown: arrowPart, ArrowUp: -arrowPart, PageDown: pagePart, PageUp: -pagePart }[key];
  if (key === ' ') scroller.scrollTop += (up ? -pagePart : pagePart) * scroller.clientHeight;
  else if (key === 'Home') scroller.scrollTop = 0;
  else if (key === 'End') scroller.scrollTop = scroller.scrollHeight;
  else if (part !== undefined) scroller.scrollTop += part * scroller.clientHeight;
}

function scrollerOf(from: HTMLElement): HTMLElement | null {
  for (let each: HTMLElement | null = from; each !== null; each = each.parentElement) {
    if (each.scrollHeight > each.clientHeight && /auto|scroll/.test(getComputedStyle(each).overflowY)) return each;
  }
  return null;
}
