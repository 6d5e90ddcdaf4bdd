import { useEffect, useRef } from 'react';
import { useAidSettings, useAids } from '../flow/accessibility-settings.ts';
import { type MessageId, useSay } from '../words/words.tsx';
import classes from './key-note.module.css';

/** Time to read it. */
const milliseconds = 8_000;

export const keyNotes: Readonly<Record<'ask' | 'on', MessageId>> = { ask: 'keys.ask', on: 'keys.on' };

/** What somebody at the keys has to know, over whatever is on the screen, and in nobody's way. */
export function KeyNote() {
  const aids = useAids();
  const say = useSay();
  const { keyNote } = useAidSettings();
  const note = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (keyNote === null) return;
    // On top of windows as well.
    note.current?.showPopover();
    const timer = window.setTimeout(() => aids.set({ keyNote: null }), milliseconds);
    return () => window.clearTimeout(timer);
  }, [aids, keyNote]);
  return (
    keyNote !== null && (
      <p key={keyNote} ref={note} popover="manual" className={classes.note} role="status" data-part="key-note">
        {say(keyNotes[keyNote])}
      </p>
    )
  );
}
