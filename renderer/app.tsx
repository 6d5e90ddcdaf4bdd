import { lazy, Suspense, useState } from 'react';
import type { CountersignBridge } from '../shared/contracts/ipc.ts';
import { Customer } from './customer.tsx';
import { AidsProvider, createAids } from './flow/accessibility-settings.ts';
import type { FlowServices } from './flow/customer-flow.ts';
import type { Phone } from './flow/phone.tsx';
import type { KeyGuard } from './keys/key-guard.ts';
import { type KioskStates, useKioskState } from './kiosk-state.ts';
import { useManagerGesture } from './manager/use-manager-gesture.ts';
import { StoppedScreen } from './screens/stopped.tsx';
import type { TimeWatch } from './time-watch.ts';
import { firstLanguage, Words } from './words/words.tsx';

const Setup = lazy(() => import('./screens/setup.tsx'));
const ManagerRoom = lazy(() => import('./manager/manager-area.tsx'));

/** Shows what the kiosk's state asks for: set-up, the customer's screens, the manager's, or that it is out of order. */
export function App({
  kiosk,
  keys,
  time,
  bridge,
  services,
  loadPhone,
}: {
  kiosk: KioskStates;
  keys: KeyGuard;
  time: TimeWatch;
  bridge: CountersignBridge;
  services: FlowServices;
  loadPhone: () => Promise<Phone>;
}) {
  const [busy, setBusy] = useState(false);
  const state = useKioskState(kiosk, busy);
  const [managing, setManaging] = useState(false);
  const [aids] = useState(createAids);
  const idleCustomer = state.state === 'ready' ? !busy : state.state === 'stopped';
  useManagerGesture(idleCustomer && !managing, () => setManaging(true));

  const language = state.state === 'ready' ? (state.configuration.languages[0] ?? 'en') : firstLanguage();
  const country = state.state === 'ready' ? state.configuration.country : undefined;
  if (state.state === 'not_enrolled') {
    return (
      <Suspense>
        <Setup bridge={bridge} time={time} problem={state.provisioning} />
      </Suspense>
    );
  }
  if (managing) {
    return (
      <Suspense>
        <ManagerRoom
          bridge={bridge}
          time={time}
          language={language}
          country={country}
          onLeave={() => setManaging(false)}
        />
      </Suspense>
    );
  }
  if (state.state === 'stopped') {
    return (
      <Words language={language}>
        <StoppedScreen reason={state.reason} />
      </Words>
    );
  }
  return (
    <AidsProvider value={aids}>
      <Customer
        shown={state}
        keys={keys}
        time={time}
        attestsWith={state.attestsWith}
        services={services}
        loadPhone={loadPhone}
        onBusy={setBusy}
      />
    </AidsProvider>
  );
}
