import { contextBridge, ipcRenderer } from 'electron';
import type { CountersignBridge, IpcChannel, IpcEvent } from '../shared/contracts/ipc.ts';

/** Types only: the schemas run in the main process, so this file stays a list of names. */
const call = (channel: IpcChannel, argument?: unknown) => ipcRenderer.invoke(channel, argument);

/** The Electron event never reaches the page: it carries the sender. */
function subscribe<T>(event: IpcEvent, listener: (value: T) => void): () => void {
  const relay = (_event: unknown, value: T) => listener(value);
  ipcRenderer.on(event, relay);
  return () => ipcRenderer.off(event, relay);
}

const bridge = {
  state: () => call('kiosk:state'),
  enrol: (form) => call('kiosk:enrol', form),
  save: (draft) => call('capture:save', draft),
  sendCode: () => call('verification:send'),
  checkCode: (code) => call('verification:check', { code }),
  endSession: () => call('verification:end'),
  attest: (pin) => call('staff:attest', { pin }),
  unlockManager: (pin) => call('manager:unlock', { pin }),
  lockManager: () => call('manager:lock'),
  managerStatus: () => call('manager:status'),
  setStaffPin: (pin) => call('manager:staff_pin', { pin }),
  syncNow: () => call('manager:sync'),
  resetKiosk: (discard) => call('manager:reset', { discard }),
  screenFailed: (failure) => call('screen:failed', failure),
  onState: (listener) => subscribe('event:state', listener),
  onSync: (listener) => subscribe('event:sync', listener),
  onAsleep: (listener) => subscribe('event:asleep', () => listener()),
} satisfies CountersignBridge;

contextBridge.exposeInMainWorld('countersign', bridge);
