import type { FlowActor } from '../flow/use-flow.tsx';
import type { Say } from '../words/words.tsx';
import { hear } from './read-screen.ts';
import type { Speaker } from './speaker.ts';
import { type Heard, spokenChange } from './spoken.ts';

const watched = ['aria-pressed', 'aria-selected', 'aria-activedescendant', 'value', 'open', 'data-screen'];

export interface ReadingAloud {
  /** The whole screen from its beginning. */
  again(): void;
  stop(): void;
}

/** Follows the screen and speaks what changes on it, always after the frame is painted. */
export function readAloud(speaker: Speaker, flow: FlowActor, say: Say): ReadingAloud {
  let before: Heard | null = null;
  let frame = 0;
  let task = 0;
  const look = () => {
    frame = 0;
    const now = hear(document);
    if (now === null) return;
    const { texts, ...how } = spokenChange(before, now, say);
    before = now;
    if (texts.length === 0) return;
    speaker.say(texts, document.documentElement.lang, how);
    // Whoever listens is there. What is read is finite, so a forgotten screen still comes to its end.
    flow.send({ type: 'ACTIVITY' });
  };
  const soon = () => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      task = window.setTimeout(look);
    });
  };
  const observer = new MutationObserver(soon);
  observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: watched });
  const kinds = ['focusin', 'change'] as const;
  for (const kind of kinds) document.addEventListener(kind, soon);
  soon();
  return {
    again: () => {
      before = null;
      soon();
    },
    stop: () => {
      observer.disconnect();
      for (const kind of kinds) document.removeEventListener(kind, soon);
      cancelAnimationFrame(frame);
      window.clearTimeout(task);
      before = null;
      speaker.stop();
    },
  };
}
