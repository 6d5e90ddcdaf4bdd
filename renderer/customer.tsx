import { useActorRef, useSelector } from '@xstate/react';
import { useEffect, useLayoutEffect, useState } from 'react';
import type { SnapshotFrom } from 'xstate';
import type { ShownConfiguration } from '../shared/contracts/ipc.ts';
import type { Attestation } from '../shared/record/body.ts';
import { KeyNote } from './accessibility/key-note.tsx';
import { LateHelper } from './accessibility/lazy-controller.tsx';
import { useBehindFirstFrame } from './components/use-moments.ts';
import { useAccent } from './design/use-accent.ts';
import { useAids } from './flow/accessibility-settings.ts';
import { type CustomerFlow, customerFlow, type FlowServices } from './flow/customer-flow.ts';
import { isOverdue } from './flow/overdue.ts';
import { type Phone, PhoneProvider, useLoadedPhone } from './flow/phone.tsx';
import { isNumberScreen, screenOf } from './flow/screen-of.ts';
import { type FlowActor, FlowProvider, useKnown } from './flow/use-flow.tsx';
import type { KeyGuard } from './keys/key-guard.ts';
import { useKeyChoice } from './keys/use-key-choice.ts';
import { AgeScreen, GuardianScreen } from './screens/age.tsx';
import { AttestScreen } from './screens/attest.tsx';
import { AttractScreen, PausedScreen } from './screens/attract.tsx';
import { ChoicesScreen } from './screens/choices.tsx';
import { ConfirmScreen } from './screens/confirm.tsx';
import { GoodbyeScreen, StopSavedScreen, TooYoungScreen } from './screens/ending.tsx';
import { IdleWarning } from './screens/idle.tsx';
import { NumberScreen } from './screens/number.tsx';
import { OutOfStorageScreen, ProblemScreen } from './screens/problem.tsx';
import { ChangeConfirmScreen, StopConfirmScreen } from './screens/review.tsx';
import { SavedScreen } from './screens/saved.tsx';
import type { TimeWatch } from './time-watch.ts';
import { Words } from './words/words.tsx';

/** Everything a customer meets: one flow, and the screen that fits its state. */
export function Customer({
  shown,
  keys,
  time,
  attestsWith,
  services,
  loadPhone,
  onBusy,
}: {
  shown: ShownConfiguration;
  keys: KeyGuard;
  time: TimeWatch;
  /** Whose PIN vouches for a guardian. */
  attestsWith: Attestation;
  services: FlowServices;
  loadPhone: () => Promise<Phone>;
  /** Whether somebody is in the middle of something. */
  onBusy: (busy: boolean) => void;
}) {
  const [machine] = useState<CustomerFlow>(() => customerFlow(services));
  const flow = useActorRef(machine, { input: shown });
  const phone = useLoadedPhone(loadPhone, useBehindFirstFrame());
  const busy = useSelector(flow, (snapshot) => !snapshot.matches('attract'));
  const language = useSelector(flow, (snapshot) => snapshot.context.language);
  const contrast = useSelector(flow, (snapshot) => snapshot.context.contrast);
  const country = useSelector(flow, (snapshot) => snapshot.context.configuration.country);
  const accent = useSelector(flow, (snapshot) => snapshot.context.configuration.brand.accent);
  const [first] = useState(shown);

  useAccent(accent);
  useActivity(flow);
  useEffect(
    () =>
      time.onLook(({ now, gap, asleep }) => {
        const snapshot = flow.getSnapshot();
        const over = (asleep && !snapshot.matches({ attract: 'resting' })) || isOverdue(snapshot, now, gap);
        if (over) flow.send({ type: 'OVERDUE' });
        return over;
      }),
    [flow, time],
  );
  useKeyChoice(keys, flow, useAids());
  useEffect(() => onBusy(busy), [busy, onBusy]);
  useEffect(() => {
    if (shown !== first) flow.send({ type: 'CONFIGURE', next: shown });
  }, [flow, shown, first]);
  useLayoutEffect(() => {
    const wanted = matchMedia('(prefers-contrast: more)').matches ? 'high' : contrast;
    document.documentElement.dataset.contrast = wanted;
  }, [contrast]);

  return (
    <FlowProvider value={flow}>
      <PhoneProvider value={phone}>
        <Words language={language} country={country}>
          <CurrentScreen flow={flow} attestsWith={attestsWith} />
          <KeyNote />
          <LateHelper />
        </Words>
      </PhoneProvider>
    </FlowProvider>
  );
}

function CurrentScreen({ flow, attestsWith }: { flow: FlowActor; attestsWith: Attestation }) {
  const screen = useSelector(flow, screenOf);
  useForgottenMatch(screen);
  const paused = useKnown((context) => context.configuration.paused);
  const reading = useSelector(flow, (snapshot) => snapshot.matches({ asking: { step: { choices: 'privacy' } } }));
  const saving = useSelector(flow, (snapshot) => snapshot.matches({ asking: { step: 'saving' } }));
  const warned = useSelector(flow, (snapshot) => snapshot.matches({ asking: { attention: 'warned' } }));
  return (
    <>
      {screen === 'attract' && (paused ? <PausedScreen /> : <AttractScreen />)}
      {screen === 'age' && <AgeScreen />}
      {screen === 'guardian' && <GuardianScreen />}
      {screen === 'attest' && <AttestScreen attestsWith={attestsWith} warned={warned} />}
      {isNumberScreen(screen) && <NumberScreen key={screen} screen={screen} warned={warned} />}
      {screen === 'choices' && <ChoicesScreen reading={reading} saving={saving} warned={warned} />}
      {screen === 'stop_confirm' && <StopConfirmScreen saving={saving} warned={warned} />}
      {screen === 'change_confirm' && <ChangeConfirmScreen saving={saving} warned={warned} />}
      {screen === 'confirm' && <Confirm flow={flow} warned={warned} />}
      {screen === 'problem' && <ProblemScreen />}
      {screen === 'out_of_storage' && <OutOfStorageScreen />}
      {screen === 'saved' && <SavedScreen />}
      {screen === 'stop_saved' && <StopSavedScreen />}
      {screen === 'goodbye' && <GoodbyeScreen />}
      {screen === 'too_young' && <TooYoungScreen />}
      {warned && <IdleWarning />}
    </>
  );
}

function Confirm({ flow, warned }: { flow: FlowActor; warned: boolean }) {
  const is = (doing: 'sending' | 'checking' | 'spent') => (snapshot: SnapshotFrom<CustomerFlow>) =>
    snapshot.matches({ asking: { step: { confirm: doing } } });
  const sending = useSelector(flow, is('sending'));
  const checking = useSelector(flow, is('checking'));
  const spent = useSelector(flow, is('spent'));
  return <ConfirmScreen sending={sending} checking={checking} spent={spent} warned={warned} />;
}

/** `RegExp.input` keeps the last text that any expression was matched with, which may be a number: it is overwritten. */
function useForgottenMatch(screen: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: with every screen.
  useEffect(() => {
    /^/.test('');
  }, [screen]);
}

/** Every touch and key counts as activity, told to the flow at most this often. */
const activityMilliseconds = 500;

function useActivity(flow: FlowActor): void {
  useEffect(() => {
    let told = Number.NEGATIVE_INFINITY;
    const tell = (event: Event) => {
      // The first touch of the first screen is always told: without it nothing would wipe what it has changed.
      const resting = flow.getSnapshot().matches({ attract: 'resting' });
      if (!resting && event.timeStamp - told < activityMilliseconds) return;
      told = event.timeStamp;
      flow.send({ type: 'ACTIVITY' });
    };
    // Not where a pointer goes: a mouse trembles, and a finger may lie on the glass. A key that is held down is one key.
    const kinds = ['pointerdown', 'keydown', 'wheel'] as const;
    for (const kind of kinds) document.addEventListener(kind, tell, { capture: true, passive: true });
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, tell, { capture: true });
    };
  }, [flow]);
}
