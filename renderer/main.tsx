import './design/fonts.css';
import './design/tokens.css';
import './design/base.css';
import { createRoot } from 'react-dom/client';
import type { Region } from '../shared/phone/plan.ts';
import { App } from './app.tsx';
import { Boundary } from './components/boundary.tsx';
import { watchLastTouch } from './components/finger-press.ts';
import { showPresses } from './components/press-feedback.ts';
import { FailuresProvider, watchFailures } from './failures.ts';
import { phoneLoader } from './flow/phone.tsx';
import type { FlowServices } from './flow/services.ts';
import { KeyGuard } from './keys/key-guard.ts';
import { watchKiosk } from './kiosk-state.ts';
import { presentationOf } from './presentation.ts';
import { BrokenScreen } from './screens/broken.tsx';
import { TimeWatch } from './time-watch.ts';

const bridge = window.countersign;
const failures = watchFailures(window, bridge);
const loadPhone = phoneLoader();
const keys = new KeyGuard({
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = window.setTimeout(run, milliseconds);
    return () => window.clearTimeout(timer);
  },
});
const time = new TimeWatch(() => ({ monotonic: performance.now(), wall: Date.now() }));
// Before anybody else listens: what comes too late is nobody's, and after that keys are told from bursts.
time.watch(window);
keys.watch(window);
bridge.onAsleep(() => time.look(true));

const services: FlowServices = {
  judge: async ({ typed, region, use, countries }) =>
    (await loadPhone()).judgeNumber(typed, region as Region, { use, countries, submitted: true }),
  save: (draft) => bridge.save(draft),
  sendCode: () => bridge.sendCode(),
  checkCode: (code) => bridge.checkCode(code),
  attest: (pin) => bridge.attest(pin),
  endSession: () => void bridge.endSession(),
  now: () => performance.now(),
  presentation: () => presentationOf(window),
  moment: () => time.now(),
  failed: (error) => failures.fatal('part', error),
  newId: () => crypto.randomUUID(),
};

showPresses(document);
watchLastTouch(document);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');
void watchKiosk(bridge).then((kiosk) => {
  createRoot(root).render(
    <FailuresProvider value={failures}>
      <Boundary fallback={<BrokenScreen />} onFailure={(error) => failures.fatal('drawing', error)}>
        <App kiosk={kiosk} keys={keys} time={time} bridge={bridge} services={services} loadPhone={loadPhone} />
      </Boundary>
    </FailuresProvider>,
  );
});
