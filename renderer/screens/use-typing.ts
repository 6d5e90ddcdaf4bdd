import { type RefObject, useEffect } from 'react';
import type { FlowActor } from '../flow/use-flow.tsx';

/** Keys of a keyboard and of its number block, and pasting, wherever the focus is; silent while a window lies over the screen. */
export function useTyping(
  flow: FlowActor,
  enabled: boolean,
  field: RefObject<HTMLElement | null>,
  /** What Escape means here. */
  onEscape: 'WITHOUT_NUMBER' | 'BACK' | 'LATER',
): void {
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const onButton = event.target instanceof HTMLButtonElement;
      if (event.key === 'Enter' && !onButton) flow.send({ type: 'CONTINUE' });
      else if (event.key === 'Backspace' || event.key === 'Delete') flow.send({ type: 'DELETE' });
      else if (event.key === 'Escape') flow.send({ type: onEscape });
      else if (/^[+\p{Nd}]$/u.test(event.key)) {
        flow.send({ type: 'KEY', key: event.key });
        // Whoever types goes on from the field: Enter has to mean "continue", and not the button touched last.
        field.current?.focus();
      }
    };
    const onPaste = (event: ClipboardEvent) => {
      flow.send({ type: 'PASTE', text: event.clipboardData?.getData('text/plain') ?? '' });
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('paste', onPaste);
    };
  }, [flow, enabled, field, onEscape]);
}
