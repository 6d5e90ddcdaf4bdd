import './large-text.css';
import './reach.css';
import './still.css';
import { useEffect, useLayoutEffect } from 'react';
import { type FlowActor, useFlow } from '../flow/use-flow.tsx';
import { type Aids, useAidSettings, useAids } from './aids.ts';
import { HelpPanel } from './panel.tsx';

/** Puts the customer's settings to work on whatever screen is there. */
export default function Helper() {
  const flow = useFlow();
  const aids = useAids();
  const settings = useAidSettings();
  useModes(settings.text, settings.reach, settings.still);
  useEffect(() => resetWithWipe(flow, aids), [flow, aids]);
  return settings.open && <HelpPanel onClose={() => aids.set({ open: false })} />;
}

/** The style sheets of this folder follow these attributes. */
function useModes(text: string, reach: boolean, still: boolean): void {
  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    dataset.text = text;
    dataset.reach = reach ? 'low' : 'whole';
    dataset.motion = still ? 'still' : 'system';
    return () => {
      delete dataset.text;
      delete dataset.reach;
      delete dataset.motion;
    };
  }, [text, reach, still]);
}

/** The first screen at rest is the wipe: nobody has touched anything yet. */
function resetWithWipe(flow: FlowActor, aids: Aids): () => void {
  let resting = flow.getSnapshot().matches({ attract: 'resting' });
  const { unsubscribe } = flow.subscribe((snapshot) => {
    const before = resting;
    resting = snapshot.matches({ attract: 'resting' });
    if (resting && !before) aids.reset();
  });
  return unsubscribe;
}
