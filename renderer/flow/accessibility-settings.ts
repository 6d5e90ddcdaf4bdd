import { createContext, useContext, useSyncExternalStore } from 'react';

/** How one customer needs this screen to be. */
export interface AidSettings {
  readonly text: 'normal' | 'large' | 'largest';
  /** Controls in the lower half of the screen. */
  readonly reach: boolean;
  /** Nothing slides, draws itself or blinks. */
  readonly still: boolean;
  readonly speech: boolean;
  /** The focus moves on by itself after this many seconds; 0 is not at all. */
  readonly scanSeconds: number;
  /** Somebody has chosen to press what is on the screen by keys: see renderer/keys/choice.ts. */
  readonly keys: boolean;
  /** What is being said about the keys: that they have to be chosen first, or that they work now. */
  readonly keyNote: 'ask' | 'on' | null;
  /** The panel with these settings lies over the screen. */
  readonly open: boolean;
}

const none: AidSettings = {
  text: 'normal',
  reach: false,
  still: false,
  speech: false,
  scanSeconds: 0,
  keys: false,
  keyNote: null,
  open: false,
};

/** The settings of one customer's session: in memory, and gone with it. */
export interface Aids {
  get(): AidSettings;
  set(change: Partial<AidSettings>): void;
  /** Everything as the next customer has to find it. */
  reset(): void;
  /** Returns its unsubscribe. */
  subscribe(listener: () => void): () => void;
}

export function createAids(): Aids {
  let settings = none;
  const listeners = new Set<() => void>();
  const put = (next: AidSettings) => {
    settings = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => settings,
    set: (change) => put({ ...settings, ...change }),
    reset: () => {
      if (settings !== none) put(none);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

export const AidsProvider = createContext<Aids | null>(null);

export function useAids(): Aids {
  const aids = useContext(AidsProvider);
  if (aids === null) throw new Error('no aids around this screen');
  return aids;
}

export function useAidSettings(): AidSettings {
  const aids = useAids();
  return useSyncExternalStore(aids.subscribe, aids.get);
}
