import { createContext, useContext } from 'react';
import type { CountersignBridge, ScreenFailure } from '../shared/contracts/ipc.ts';

/** Tells the main process what has failed on the screens: the kind and the error's class, never its words, which may quote a number. */
export interface Failures {
  /** Nothing can be trusted any more: the page begins anew on its first screen. */
  fatal(kind: ScreenFailure['kind'], error: unknown): void;
  /** The screen goes on without it. */
  bearable(kind: ScreenFailure['kind'], error: unknown): void;
}

export const FailuresProvider = createContext<Failures | null>(null);

export function useFailures(): Failures {
  const failures = useContext(FailuresProvider);
  if (failures === null) throw new Error('nobody hears of failures here');
  return failures;
}

/** Hears of what nobody has caught. */
export function watchFailures(page: Window, bridge: CountersignBridge): Failures {
  const tell = (kind: ScreenFailure['kind'], error: unknown, anew: boolean) =>
    void bridge.screenFailed({ kind, name: nameOf(error), anew });
  page.addEventListener('error', ({ error }) => {
    // What the browser only mentions, a layout that needs another round for instance, has no error.
    if (error !== null && error !== undefined) tell('event', error, true);
  });
  page.addEventListener('unhandledrejection', ({ reason }) => tell('promise', reason, true));
  return {
    fatal: (kind, error) => tell(kind, error, true),
    bearable: (kind, error) => tell(kind, error, false),
  };
}

function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return /^[A-Za-z]{1,40}$/.test(name) ? name : 'Error';
}
