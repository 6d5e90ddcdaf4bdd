import { useEffect, useEffectEvent } from 'react';
import { typedByHand } from '../keys/key-guard.ts';
import { useSay } from '../words/words.tsx';
import { useFingerPress } from './finger-press.ts';
import classes from './keyboard.module.css';
import type { KeyboardLayout } from './keyboard-layouts.ts';

/**
 * A keyboard on the screen, for the few fields that want letters. What is pressed goes into the field as if it were typed
 * there, at the caret, and the field keeps the focus. It goes once somebody types on a real one.
 */
export function Keyboard({
  layout,
  field,
  withSpace,
  onHide,
}: {
  layout: KeyboardLayout;
  /** Where it types to. */
  field: () => HTMLInputElement | null;
  withSpace: boolean;
  onHide: () => void;
}) {
  const say = useSay();
  const press = useFingerPress();
  const last = layout.length - 1;
  const onHand = useEffectEvent(({ key, code, ctrlKey, altKey, metaKey }: KeyboardEvent) => {
    // The keys of a number pad are no keyboard: whoever has only these still wants the letters.
    if (/^\S$/u.test(key) && !code.startsWith('Numpad') && !ctrlKey && !altKey && !metaKey) onHide();
  });
  useEffect(() => {
    const listen = (event: Event) => onHand(event as KeyboardEvent);
    window.addEventListener(typedByHand, listen);
    return () => window.removeEventListener(typedByHand, listen);
  }, []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's semantics and a min-content size.
    <div className={classes.keyboard} data-part="keyboard" dir="ltr" role="group" aria-label={say('keyboard.name')}>
      {layout.map((row, at) => (
        <div key={row.join('')} className={classes.row}>
          {at === last && (
            <button type="button" className={classes.wide} aria-label={say('keyboard.hide')} {...press(onHide)}>
              <svg className={classes.icon} viewBox="0 0 40 28" aria-hidden="true">
                <path d="M4 3h32v14H4Zm5 5h3m4 0h3m4 0h3m4 0h2M13 13h14M15 22l5 4 5-4" />
              </svg>
            </button>
          )}
          {row.map((sign) => (
            <button key={sign} type="button" className={classes.key} {...press(() => typeInto(field(), sign))}>
              {sign}
            </button>
          ))}
          {at === last && withSpace && (
            <button
              type="button"
              className={classes.wide}
              aria-label={say('keyboard.space')}
              {...press(() => typeInto(field(), ' '))}
            >
              <svg className={classes.icon} viewBox="0 0 40 28" aria-hidden="true">
                <path d="M5 12v8h30v-8" />
              </svg>
            </button>
          )}
          {at === last && (
            <button
              type="button"
              className={classes.wide}
              aria-label={say('keyboard.delete')}
              {...press(() => deleteFrom(field()))}
            >
              <svg className={classes.icon} viewBox="0 0 40 28" aria-hidden="true">
                <path d="M13 2h22a3 3 0 0 1 3 3v18a3 3 0 0 1-3 3H13L2 14Z" />
                <path d="m18 9 10 10m0-10L18 19" />
              </svg>
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

function typeInto(field: HTMLInputElement | null, text: string): void {
  if (field === null) return;
  const { start, end } = selectionOf(field);
  replace(field, text, start, end);
}

function deleteFrom(field: HTMLInputElement | null): void {
  if (field === null) return;
  const { start, end } = selectionOf(field);
  replace(field, '', start === end ? Math.max(0, start - 1) : start, end);
}

function selectionOf({ selectionStart, selectionEnd, value }: HTMLInputElement): { start: number; end: number } {
  return { start: selectionStart ?? value.length, end: selectionEnd ?? value.length };
}

/** React hears of it as of any other change. */
function replace(field: HTMLInputElement, text: string, start: number, end: number): void {
  field.setRangeText(text, start, end, 'end');
  const inputType = text === '' ? 'deleteContentBackward' : 'insertText';
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType }));
}
