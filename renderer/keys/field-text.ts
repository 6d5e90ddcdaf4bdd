import { isEditable } from './surface.ts';

/** Keys that only change the text of the field they are pressed in: the browser does that best, with accents and all. */
export function editsField(event: KeyboardEvent): boolean {
  if (!isEditable(event.target instanceof Element ? event.target : null)) return false;
  if (event.isComposing || event.key === 'Dead' || event.key === 'Process') return true;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) return /^[acxz]$/i.test(event.key);
  if (event.altKey && !event.getModifierState('AltGraph')) return false;
  if (['Backspace', 'Delete', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return true;
  // The number pad's own signs move, press and help, in a field too.
  return event.key.length === 1 && event.key !== '*' && !/^Numpad(Decimal|Divide|Subtract|Add)$/.test(event.code);
}

/** How a field was before a key. */
export interface FieldText {
  readonly field: HTMLInputElement;
  readonly value: string;
  readonly caret: number | null;
}

export function textBefore(event: KeyboardEvent): FieldText | null {
  const field = event.target;
  if (!(field instanceof HTMLInputElement)) return null;
  return { field, value: field.value, caret: field.selectionStart };
}

const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;

/** React hears of it as of any other change. */
export function putBack({ field, value, caret }: FieldText): void {
  if (!field.isConnected || field.value === value) return;
  setValue?.call(field, value);
  field.setSelectionRange(caret, caret);
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'historyUndo' }));
}
