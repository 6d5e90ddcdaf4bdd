import './design/fonts.css';
import './design/tokens.css';
import './design/base.css';
import { createRoot } from 'react-dom/client';
import type { Region } from '../shared/phone/plan.ts';
import { App } from './app.tsx';
import { phoneLoader } from './flow/phone.tsx';
import type { FlowServices } from './flow/services.ts';
import { watchKiosk } from './kiosk-state.ts';
import { watchLastTouch } from './parts/finger-press.ts';
import { showPresses } from './parts/press-feedback.ts';

const bridge = window.countersign;
const loadPhone = phoneLoader();

const services: FlowServices = {
  judge: async ({ typed, region, use, countries }) =>
    (await loadPhone()).judgeNumber(typed, region as Region, { use, countries, submitted: true }),
  save: (draft) => bridge.save(draft),
  sendCode: () => bridge.sendCode(),
  checkCode: (code) => bridge.checkCode(code),
  attest: (pin) => bridge.attest(pin),
  endSession: () => void bridge.endSession(),
  now: () => performance.now(),
  newId: () => crypto.randomUUID(),
};

showPresses(document);
watchLastTouch(document);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');
void watchKiosk(bridge).then((kiosk) => {
  createRoot(root).render(<App kiosk={kiosk} bridge={bridge} services={services} loadPhone={loadPhone} />);
});
