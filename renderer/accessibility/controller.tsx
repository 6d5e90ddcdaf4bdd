import './large-text.css';
import './reach.css';
import './scan.css';
import './still.css';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { SnapshotFrom } from 'xstate';
import { type AidSettings, type Aids, useAidSettings, useAids } from '../flow/accessibility-settings.ts';
import type { CustomerFlow } from '../flow/customer-flow.ts';
import { type FlowActor, useFlow, useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import { keyNotes } from './key-note.tsx';
import { watchKeypad } from './keypad-keys.ts';
import { HelpPanel } from './panel.tsx';
import { type ReadingAloud, readAloud } from './read-aloud.ts';
import { startScanning } from './scan.ts';
import { browserSpeech, createSpeaker, type Speaker } from './speaker.ts';

/** Puts the customer's settings to work on whatever screen is there. */
export default function Helper() {
  const flow = useFlow();
  const aids = useAids();
  const settings = useAidSettings();
  const language = useKnown((context) => context.language);
  const say = useSay();
  const [speaker] = useState(() => createSpeaker(browserSpeech()));
  const hasVoice = useVoice(speaker, language);
  useModes(settings, hasVoice);
  const again = useSpeech(speaker, settings.speech);
  useEffect(() => resetWithWipe(flow, aids, speaker), [flow, aids, speaker]);
  useEffect(() => {
    const speak = () => {
      if (aids.get().speech) again();
      else if (speaker.has(flow.getSnapshot().context.language)) aids.set({ speech: true });
      else aids.set({ open: true });
    };
    return watchKeypad(flow, aids, speak);
  }, [flow, aids, speaker, again]);
  const { scanSeconds, keyNote } = settings;
  useEffect(() => {
    // Also with speech off: whoever has nothing but the keys may not see what is written.
    if (keyNote !== null) speaker.say([say(keyNotes[keyNote])], language, { now: true });
  }, [speaker, say, language, keyNote]);
  useEffect(() => (scanSeconds > 0 ? startScanning(flow, scanSeconds) : undefined), [flow, scanSeconds]);
  return (
    settings.open && (
      <HelpPanel
        hasVoice={hasVoice}
        onAgain={again}
        onQuiet={() => speaker.stop()}
        onClose={() => aids.set({ open: false })}
      />
    )
  );
}

/** The style sheets of this folder follow these attributes, and the evidence says what they were. */
function useModes({ text, reach, still, speech }: AidSettings, hasVoice: boolean): void {
  const spoken = speech && hasVoice;
  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    dataset.text = text;
    dataset.reach = reach ? 'low' : 'whole';
    dataset.motion = still ? 'still' : 'system';
    dataset.speech = spoken ? 'on' : 'off';
    return () => {
      delete dataset.text;
      delete dataset.reach;
      delete dataset.motion;
      delete dataset.speech;
    };
  }, [text, reach, still, spoken]);
}

/** Voices may come a while after the start. */
function useVoice(speaker: Speaker, language: string): boolean {
  const [, setCount] = useState(0);
  useEffect(() => {
    if (!('speechSynthesis' in window)) return;
    const changed = () => setCount((count) => count + 1);
    speechSynthesis.addEventListener('voiceschanged', changed);
    return () => speechSynthesis.removeEventListener('voiceschanged', changed);
  }, []);
  return speaker.has(language);
}

/** Speaks while it is on. Returns what says the screen once more. */
function useSpeech(speaker: Speaker, on: boolean): () => void {
  const flow = useFlow();
  const say = useSay();
  const reading = useRef<ReadingAloud | null>(null);
  useEffect(() => {
    if (!on) return;
    const started = readAloud(speaker, flow, say);
    reading.current = started;
    return () => {
      reading.current = null;
      started.stop();
    };
  }, [speaker, flow, say, on]);
  return useCallback(() => reading.current?.again(), []);
}

/** The first screen at rest is the wipe: nobody has touched anything yet, and nothing of the last customer is spoken. */
function resetWithWipe(flow: FlowActor, aids: Aids, speaker: Speaker): () => void {
  let resting = false;
  const look = (snapshot: SnapshotFrom<CustomerFlow>) => {
    const before = resting;
    resting = snapshot.matches({ attract: 'resting' });
    if (!resting || before) return;
    speaker.stop();
    aids.reset();
  };
  // The manager's room ends a session too: whoever comes back finds a first screen at rest.
  look(flow.getSnapshot());
  return flow.subscribe(look).unsubscribe;
}
