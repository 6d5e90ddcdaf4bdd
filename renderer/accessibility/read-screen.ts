import { topSurface } from '../keys/surface.ts';
import type { Heard, SpokenControl } from './spoken.ts';

const ids = new WeakMap<Element, number>();
let lastId = 0;

function idOf(element: Element): number {
  const known = ids.get(element);
  if (known !== undefined) return known;
  lastId += 1;
  ids.set(element, lastId);
  return lastId;
}

/** Reads the screen as it stands. Looks only; called after the frame is painted. */
export function hear(root: Document): Heard | null {
  const surface = topSurface(root);
  if (surface === null) return null;
  const texts = textsOf(surface);
  const control = controlOf(root, surface);
  const field = surface.querySelector(keypadField);
  return {
    screen: `${idOf(surface)} ${surface.dataset.screen ?? ''} ${root.documentElement.lang}`,
    texts,
    news: wordsOf(surface, '[role="status"], [role="alert"]'),
    control: control === null ? null : spokenControl(control),
    controlId: control === null ? 0 : idOf(control),
    typed: field === null ? null : plain(field),
  };
}

/** What the keypad fills. */
const keypadField = '[role="textbox"]';

function plain(field: Element): string {
  return textOf(field).replace(/[^+\d]/g, '');
}

/** Heading first, then everything that is only read; what can be pressed is spoken when it has the focus. */
function textsOf(surface: HTMLElement): string[] {
  const heading = surface.querySelector('h1, h2');
  const rest = [...surface.querySelectorAll('p, h2, h3, li, dt, dd')].filter(
    (each) => each !== heading && each.closest('button, label, nav, [role="status"], [role="alert"]') === null,
  );
  const title = heading === null ? (surface.getAttribute('aria-label') ?? '') : textOf(heading);
  return [title, ...rest.filter((each) => belongs(each, surface)).map(textOf)].filter((each) => each !== '');
}

function wordsOf(surface: HTMLElement, selector: string): string[] {
  return [...surface.querySelectorAll(selector)]
    .filter((each) => belongs(each, surface))
    .map(textOf)
    .filter((each) => each !== '');
}

function belongs(element: Element, surface: Element): boolean {
  return element.closest('dialog, [data-screen]') === surface && element.closest('[aria-hidden="true"]') === null;
}

/** The words of each part apart, as they are seen, without what is drawn. */
function textOf(element: Element): string {
  const parts: string[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.closest('[aria-hidden="true"]') == null) parts.push(node.textContent ?? '');
  }
  return parts.join(' ').replace(/\s+/g, ' ').trim();
}

function controlOf(root: Document, surface: HTMLElement): HTMLElement | null {
  const active = root.activeElement;
  if (!(active instanceof HTMLElement) || !surface.contains(active) || active === surface) return null;
  const pointed = active.getAttribute('aria-activedescendant');
  const inside = pointed === null ? null : root.getElementById(pointed);
  const control = inside ?? active;
  return control.matches('h1, h2') ? null : control;
}

function spokenControl(control: HTMLElement): SpokenControl {
  const name = nameOf(control);
  const about = (control.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => control.ownerDocument.getElementById(id))
    .filter((each) => each !== null && each.getAttribute('role') !== 'status')
    .map((each) => (each === null ? '' : textOf(each)))
    .join(' ');
  if (control instanceof HTMLInputElement) {
    if (control.type === 'checkbox') return { role: 'box', name, about, ticked: control.checked };
    return { role: 'field', name, about, value: control.value };
  }
  if (control.matches(keypadField)) return { role: 'field', name, about, value: plain(control) };
  if (control.getAttribute('role') === 'option') {
    return { role: 'option', name, about, chosen: control.getAttribute('aria-selected') === 'true' };
  }
  if (!control.matches('button, a')) return { role: 'text', name, about };
  const pressed = control.getAttribute('aria-pressed');
  return { role: 'button', name, about, on: pressed === null ? null : pressed === 'true' };
}

function nameOf(control: HTMLElement): string {
  const own = control.getAttribute('aria-label') ?? textOf(control);
  const label = control.closest('[role="group"]')?.getAttribute('aria-labelledby');
  const group = label == null ? null : control.ownerDocument.getElementById(label);
  const context = group === null ? '' : textOf(group);
  return context === '' || context === own ? own : `${context}: ${own}`;
}
