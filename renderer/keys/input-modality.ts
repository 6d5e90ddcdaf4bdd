import type { InputModality } from '../../shared/record/presentation.ts';

/** By what the clicks were made that are no browser's own. */
const madeBy = new WeakMap<Event, InputModality>();

/** By what the label of a control was pressed, until the control hears of it. */
const labelPressedBy = new WeakMap<EventTarget, InputModality>();

/** Presses a control for somebody who has not touched it. */
export function press(control: HTMLElement, by: InputModality): void {
  const click = new PointerEvent('click', { bubbles: true, cancelable: true, composed: true, view: window });
  madeBy.set(click, by);
  control.dispatchEvent(click);
}

/** By which keys a key was pressed. */
export function keysOf(event: KeyboardEvent): 'keyboard' | 'number_pad' {
  return event.location === KeyboardEvent.DOM_KEY_LOCATION_NUMPAD ? 'number_pad' : 'keyboard';
}

/** The browser hands a press on a label on to its control as another click, which does not say any more by what. */
export function passThroughLabel({ control }: HTMLLabelElement, click: Event): void {
  if (control !== null && click.target !== control) labelPressedBy.set(control, modalityOf(click));
}

/** By what a control was pressed. Where neither a pointer nor any of ours has done it, a screen reader or speech control has. */
export function modalityOf(click: Event): InputModality {
  const pointer = click instanceof PointerEvent ? click.pointerType : '';
  if (pointer === 'touch' || pointer === 'pen' || pointer === 'mouse') return pointer;
  return madeBy.get(click) ?? takeLabelPress(click.target) ?? 'assistive_technology';
}

function takeLabelPress(control: EventTarget | null): InputModality | undefined {
  if (control === null) return undefined;
  const by = labelPressedBy.get(control);
  labelPressedBy.delete(control);
  return by;
}
