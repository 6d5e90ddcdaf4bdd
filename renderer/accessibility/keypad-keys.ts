import type { InputModality } from '../../shared/record/presentation.ts';
import type { Aids } from '../flow/accessibility-settings.ts';
import type { FlowActor } from '../flow/use-flow.tsx';
import { keysOf, press } from '../keys/input-modality.ts';
import { handPressedAt } from '../keys/key-guard.ts';
import { isEditable, moveFocus, takesDigits, topSurface } from '../keys/surface.ts';
import { type KeypadAction, keypadAction } from './keypad-actions.ts';

/** How far one key press scrolls a text, as a part of what is seen of it. */
const scrollPart = 0.7;

/** The whole product by the keys of a number pad. Returns its undo. */
export function watchKeypad(flow: FlowActor, aids: Aids, speakScreen: () => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    // No hand has pressed the keys that this file itself sends.
    if (handPressedAt(event) === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const surface = topSurface(document);
    if (surface === null || aids.get().scanSeconds > 0) return;
    const active = document.activeElement;
    const typing = takesDigits(surface);
    const editable = isEditable(active);
    const action = keypadAction(event, {
      typing,
      editable,
      inList: active?.closest('[role="listbox"]') != null,
      onBox: active instanceof HTMLInputElement && active.type === 'checkbox',
      onNothing: active === null || active === document.body || active.tagName === 'H1',
      rightToLeft: document.documentElement.dir === 'rtl',
    });
    const help = surface.dataset.screen === 'help';
    if (action === null && !help) return;
    // What lies below must not hear it: the number's field listens wherever the focus is.
    event.stopImmediatePropagation();
    flow.send({ type: 'ACTIVITY' });
    if (action === null) return;
    event.preventDefault();
    if (action !== 'delete' && isTypedElsewhere(event, action) && !aids.get().keys) {
      aids.set({ keyNote: 'ask' });
    } else if (action === 'help') {
      if (surface.getAttribute('role') !== 'alertdialog') aids.set({ open: !aids.get().open });
    } else if (action === 'speak') {
      speakScreen();
    } else {
      act(action, surface, keysOf(event));
    }
  };
  window.addEventListener('keydown', onKey, { capture: true });
  return () => window.removeEventListener('keydown', onKey, { capture: true });
}

/** What scanners type too: by these keys nothing moves and nothing is pressed before somebody has chosen them. */
function isTypedElsewhere({ key }: KeyboardEvent, action: KeypadAction): boolean {
  return action !== 'help' && action !== 'speak' && !key.startsWith('Arrow');
}

function act(action: Exclude<KeypadAction, 'help' | 'speak'>, surface: HTMLElement, by: InputModality): void {
  const active = document.activeElement instanceof HTMLElement ? document.activeElement : document.body;
  switch (action) {
    case 'next':
    case 'previous':
      if (!scrolled(active, action === 'next' ? 1 : -1)) moveFocus(surface, action === 'next' ? 1 : -1);
      break;
    case 'press':
      if (active.getAttribute('role') === 'listbox') send('Enter', active);
      else press(active, by);
      break;
    case 'listDown':
      send('ArrowDown', active);
      break;
    case 'listUp':
      send('ArrowUp', active);
      break;
    case 'delete':
      send('Backspace', document.body);
      break;
    case 'back':
      if (surface instanceof HTMLDialogElement) surface.dispatchEvent(new Event('cancel', { cancelable: true }));
      else send('Escape', active);
      break;
  }
}

function send(key: string, target: HTMLElement): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  target.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true, cancelable: true }));
}

/** A text that has the focus is read to its end before the focus moves on. */
function scrolled(element: HTMLElement, by: 1 | -1): boolean {
  if (element.tagName !== 'SECTION' || element.dataset.part === 'options') return false;
  const before = element.scrollTop;
  element.scrollTop += by * element.clientHeight * scrollPart;
  return element.scrollTop !== before;
}
