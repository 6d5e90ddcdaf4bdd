import { type BrowserWindow, ipcMain, type WebFrameMain } from 'electron';
import type { z } from 'zod';
import {
  type IpcChannel,
  type IpcEvent,
  type IpcResult,
  ipcContract,
  type ipcEvents,
} from '../shared/contracts/ipc.ts';
import { CodedError } from '../shared/errors.ts';
import type { KioskLog } from './log.ts';
import { applicationOrigin } from './shell/app-protocol.ts';

type Argument<C extends IpcChannel> = z.infer<(typeof ipcContract)[C]['argument']>;
type Answer<C extends IpcChannel> = z.infer<(typeof ipcContract)[C]['answer']>;
export type IpcHandlers = { [C in IpcChannel]: (argument: Argument<C>) => Answer<C> | Promise<Answer<C>> };

/**
 * Registers one handler for each channel of the contract. A call from another page than our own main frame, or with an argument
 * that does not parse, is refused before any handler sees it.
 */
export function registerIpcHandlers(handlers: IpcHandlers, log: KioskLog): void {
  for (const channel of Object.keys(ipcContract) as IpcChannel[]) {
    ipcMain.handle(channel, async (event, argument: unknown): Promise<IpcResult<unknown>> => {
      try {
        if (!isOurPage(event.senderFrame)) throw new CodedError('sender_unknown');
        return { ok: true, value: await callHandler(handlers, channel, argument) };
      } catch (error) {
        log.failure(`call refused: ${channel}`, error);
        const { code, details } = error instanceof CodedError ? error : new CodedError('internal');
        return { ok: false, error: { code, details } };
      }
    });
  }
}

async function callHandler(handlers: IpcHandlers, channel: IpcChannel, argument: unknown): Promise<unknown> {
  const { argument: argumentSchema, answer: answerSchema } = ipcContract[channel];
  const parsed = argumentSchema.safeParse(argument);
  if (!parsed.success) throw new CodedError('argument_malformed', { issues: parsed.error.issues.length });
  const handler = handlers[channel] as (argument: unknown) => unknown;
  return answerSchema.parse(await handler(parsed.data));
}

function isOurPage(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === applicationOrigin;
}

/** Sends the screens something they did not ask for. */
export function sendToRenderer<E extends IpcEvent>(
  window: BrowserWindow,
  event: E,
  value: z.infer<(typeof ipcEvents)[E]>,
): void {
  if (!window.isDestroyed()) window.webContents.send(event, value);
}
