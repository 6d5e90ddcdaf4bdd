import { useEffect } from 'react';
import type { Aids } from '../flow/accessibility-settings.ts';
import type { FlowActor } from '../flow/use-flow.tsx';
import { KeyChoice } from './choice.ts';
import { handPressedAt, type KeyGuard } from './key-guard.ts';
import { takesDigits, topSurface } from './surface.ts';

/**
 * In front of a customer's screen keys press nothing before somebody has chosen them: a device that types slowly enough to pass
 * for a hand still ticks no box. The choice holds for one customer.
 */
export function useKeyChoice(guard: KeyGuard, flow: FlowActor, aids: Aids): void {
  useEffect(() => {
    const choice = new KeyChoice(guard.clock, () => {
      if (!aids.get().keys) aids.set({ keys: true, keyNote: 'on' });
    });
    const onKey = (event: KeyboardEvent) => {
      const at = handPressedAt(event);
      if (at === undefined) return;
      const surface = topSurface(document);
      const types = /^[\d+]$/.test(event.key) && surface !== null && takesDigits(surface);
      choice.press(event.key, at, !types);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    const stopAsking = guard.askBeforePressing({
      mayPress: () => {
        if (!aids.get().keys) aids.set({ keyNote: 'ask' });
        return aids.get().keys;
      },
      onBurst: () => choice.interrupt(),
    });
    const { unsubscribe } = flow.subscribe((snapshot) => {
      if (snapshot.matches({ attract: 'resting' }) && aids.get().keys) aids.set({ keys: false, keyNote: null });
    });
    return () => {
      window.removeEventListener('keydown', onKey, { capture: true });
      stopAsking();
      unsubscribe();
      choice.stop();
      aids.set({ keys: false, keyNote: null });
    };
  }, [guard, flow, aids]);
}
