import { useCallback, useEffect, useState } from 'react';
import { pinLength } from '../../shared/pin.ts';

/** A PIN that is being typed, on the keypad or a keyboard. */
export interface PinTyping {
  readonly pin: string;
  readonly add: (digit: string) => void;
  readonly remove: () => void;
  readonly clear: () => void;
}

export function usePinTyping({ onEnter, onLeave }: { onEnter: (pin: string) => void; onLeave: () => void }): PinTyping {
  const [pin, setPin] = useState('');
  const add = useCallback((digit: string) => setPin((before) => (before + digit).slice(0, pinLength.most)), []);
  const remove = useCallback(() => setPin((before) => before.slice(0, -1)), []);
  const clear = useCallback(() => setPin(''), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (/^[0-9]$/.test(event.key)) add(event.key);
      else if (event.key === 'Backspace') remove();
      else if (event.key === 'Escape') onLeave();
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) onEnter(pin);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [add, remove, onEnter, onLeave, pin]);
  return { pin, add, remove, clear };
}
