import { useActorRef, useSelector } from '@xstate/react';
import { useEffect, useLayoutEffect, useState } from 'react';
import type { Configuration } from '../shared/configuration.ts';
import { LateHelper } from './accessibility/late-helper.tsx';
import { useAccent } from './design/use-accent.ts';
import { type CustomerFlow, customerFlow, type FlowServices } from './flow/customer-flow.ts';
import { type Phone, PhoneProvider, useLoadedPhone } from './flow/phone.tsx';
import { type FlowActor, FlowProvider } from './flow/use-flow.tsx';
import { AttractScreen } from './screens/attract.tsx';
import { ChoicesScreen } from './screens/choices.tsx';
import { GoodbyeScreen, SavedScreen } from './screens/ending.tsx';
import { IdleWarning } from './screens/idle.tsx';
import { NumberScreen } from './screens/number.tsx';
import { ProblemScreen } from './screens/problem.tsx';
import { Words } from './words/words.tsx';

/** Everything a customer meets: one flow, and the screen that fits its state. */
export function Customer({
  configuration,
  services,
  loadPhone,
  onBusy,
}: {
  configuration: Configuration;
  services: FlowServices;
  loadPhone: () => Promise<Phone>;
  /** Whether somebody is in the middle of something. */
  onBusy: (busy: boolean) => void;
}) {
  const [machine] = useState<CustomerFlow>(() => customerFlow(services));
  const flow = useActorRef(machine, { input: { configuration } });
  const phone = useLoadedPhone(loadPhone);
  const busy = useSelector(flow, (snapshot) => !snapshot.matches('attract'));
  const language = useSelector(flow, (snapshot) => snapshot.context.language);
  const contrast = useSelector(flow, (snapshot) => snapshot.context.contrast);
  const accent = useSelector(flow, (snapshot) => snapshot.context.configuration.brand.accent);
  const [first] = useState(configuration);

  useAccent(accent);
  useActivity(flow);
  useEffect(() => onBusy(busy), [busy, onBusy]);
  useEffect(() => {
    if (configuration !== first) flow.send({ type: 'CONFIGURE', configuration });
  }, [flow, configuration, first]);
  useLayoutEffect(() => {
    const wanted = matchMedia('(prefers-contrast: more)').matches ? 'high' : contrast;
    document.documentElement.dataset.contrast = wanted;
  }, [contrast]);

  return (
    <FlowProvider value={flow}>
      <PhoneProvider value={phone}>
        <Words language={language}>
          <CurrentScreen flow={flow} />
          <LateHelper />
        </Words>
      </PhoneProvider>
    </FlowProvider>
  );
}

function CurrentScreen({ flow }: { flow: FlowActor }) {
  const screen = useSelector(flow, (snapshot) => {
    if (snapshot.matches('attract')) return 'attract';
    if (snapshot.matches('saved')) return 'saved';
    if (snapshot.matches('goodbye')) return 'goodbye';
    if (snapshot.matches({ asking: { step: 'number' } })) return 'number';
    if (snapshot.matches({ asking: { step: 'problem' } })) return 'problem';
    return 'choices';
  });
  const reading = useSelector(flow, (snapshot) => snapshot.matches({ asking: { step: { choices: 'privacy' } } }));
  const saving = useSelector(flow, (snapshot) => snapshot.matches({ asking: { step: 'saving' } }));
  const warned = useSelector(flow, (snapshot) => snapshot.matches({ asking: { attention: 'warned' } }));
  return (
    <>
      {screen === 'attract' && <AttractScreen />}
      {screen === 'number' && <NumberScreen warned={warned} />}
      {screen === 'choices' && <ChoicesScreen reading={reading} saving={saving} warned={warned} />}
      {screen === 'problem' && <ProblemScreen />}
      {screen === 'saved' && <SavedScreen />}
      {screen === 'goodbye' && <GoodbyeScreen />}
      {warned && <IdleWarning />}
    </>
  );
}

/** Every touch and key counts as activity, told to the flow at most this often. */
const activityMilliseconds = 500;

function useActivity(flow: FlowActor): void {
  useEffect(() => {
    let told = Number.NEGATIVE_INFINITY;
    const tell = (event: Event) => {
      if (event.timeStamp - told < activityMilliseconds) return;
      told = event.timeStamp;
      flow.send({ type: 'ACTIVITY' });
    };
    const kinds = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
    for (const kind of kinds) document.addEventListener(kind, tell, { capture: true, passive: true });
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, tell, { capture: true });
    };
  }, [flow]);
}
