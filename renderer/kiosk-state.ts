import { useEffect, useState, useSyncExternalStore } from 'react';
import type { CountersignBridge, KioskState } from '../shared/contracts/ipc.ts';

/** What the main process says of the kiosk, now and later. */
export interface KioskStates {
  readonly latest: () => KioskState;
  /** @returns its unsubscribe. */
  readonly subscribe: (onChange: () => void) => () => void;
}

/** Asks the main process and listens to it from then on. Nothing is shown before it has answered. */
export async function watchKiosk(bridge: CountersignBridge): Promise<KioskStates> {
  const listeners = new Set<() => void>();
  let told: KioskState | undefined;
  bridge.onState((state) => {
    told = state;
    for (const onChange of listeners) onChange();
  });
  const result = await bridge.state();
  const answer: KioskState = result.ok
    ? result.value
    : { state: 'stopped', applicationVersion: '', reason: result.error.code };
  return {
    // An event that came in the meantime is newer than the answer.
    latest: () => told ?? answer,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

/** The kiosk's state as it is to be shown: it does not change under a customer who is in the middle of something. */
export function useKioskState({ latest, subscribe }: KioskStates, busy: boolean): KioskState {
  const state = useSyncExternalStore(subscribe, latest);
  const [shown, setShown] = useState(state);
  useEffect(() => {
    if (!busy || state.state === 'ready') setShown(state);
  }, [busy, state]);
  return shown;
}
