import { describe, expect, it, vi } from 'vitest';
import { watchKiosk } from '../../renderer/kiosk-state.ts';
import type { CountersignBridge, IpcResult, KioskState } from '../../shared/contracts/ipc.ts';

const stopped = (reason: string): KioskState => ({ state: 'stopped', applicationVersion: '1', reason });

/** The main process, which answers and tells when the test says so. */
function mainProcess() {
  const asked = Promise.withResolvers<IpcResult<KioskState>>();
  let tell: (state: KioskState) => void = () => undefined;
  const bridge = {
    state: () => asked.promise,
    onState: (listener: (state: KioskState) => void) => {
      tell = listener;
    },
  } as unknown as CountersignBridge;
  return { bridge, answer: asked.resolve, tell: (state: KioskState) => tell(state) };
}

describe('what the screens know of the kiosk', () => {
  it('is what the main process answered, until it tells something else', async () => {
    const { bridge, answer, tell } = mainProcess();
    answer({ ok: true, value: stopped('asked') });
    const kiosk = await watchKiosk(bridge);
    expect(kiosk.latest()).toEqual(stopped('asked'));
    const onChange = vi.fn();
    const unsubscribe = kiosk.subscribe(onChange);
    tell(stopped('told'));
    expect(onChange).toHaveBeenCalledOnce();
    expect(kiosk.latest()).toEqual(stopped('told'));
    unsubscribe();
    tell(stopped('told again'));
    expect(onChange).toHaveBeenCalledOnce();
  });

  it('is what was told, if that overtook the answer', async () => {
    const { bridge, answer, tell } = mainProcess();
    const watching = watchKiosk(bridge);
    tell(stopped('told'));
    answer({ ok: true, value: stopped('asked') });
    expect((await watching).latest()).toEqual(stopped('told'));
  });

  it('is that it stands still, if the main process refuses to answer', async () => {
    const { bridge, answer } = mainProcess();
    answer({ ok: false, error: { code: 'internal', details: {} } });
    expect((await watchKiosk(bridge)).latest()).toMatchObject({ state: 'stopped', reason: 'internal' });
  });
});
