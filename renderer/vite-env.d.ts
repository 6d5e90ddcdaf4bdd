/// <reference types="vite/client" />

import type { CountersignBridge } from '../shared/contracts/ipc.ts';

declare global {
  interface Window {
    readonly countersign: CountersignBridge;
  }
}
