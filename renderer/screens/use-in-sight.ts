import { type RefObject, useEffect, useRef } from 'react';

/** Brings a note into sight when what it says has changed: with large text it may stand below the edge. */
export function useInSight<T extends HTMLElement>(says: unknown): RefObject<T | null> {
  const element = useRef<T>(null);
  useEffect(() => {
    if (says !== null) element.current?.scrollIntoView({ block: 'center' });
  }, [says]);
  return element;
}
