import type { BrowserWindow } from 'electron';
import type { ScreenFailure } from '../../shared/contracts/ipc.ts';
import type { KioskLog } from '../log.ts';

/** A page that fails as soon as it is there is not begun anew more often than this. */
const soonestMilliseconds = 10_000;
const lookMilliseconds = 4_000;
/** Looks in a row at an empty page: between two rooms it may be empty for a moment. */
const emptyLooks = 2;

/**
 * A page that cannot show a part of itself, or is empty, begins anew: on its first screen, with nothing of anybody.
 * @returns what the page says when something in it has failed.
 */
export function careForScreen(
  window: BrowserWindow,
  log: KioskLog,
  monotonic: () => number,
): (failure: ScreenFailure) => void {
  let begunAt = Number.NEGATIVE_INFINITY;
  let waiting: NodeJS.Timeout | undefined;
  let empty = 0;
  const beginAnew = () => {
    waiting ??= setTimeout(
      () => {
        waiting = undefined;
        begunAt = monotonic();
        if (!window.isDestroyed()) window.webContents.reload();
      },
      Math.max(0, begunAt + soonestMilliseconds - monotonic()),
    );
  };
  const look = async () => {
    if (window.isDestroyed() || window.webContents.isLoading() || waiting !== undefined) return;
    const filled = await window.webContents.executeJavaScript(`document.querySelector('[data-screen]') !== null`);
    empty = filled === true ? 0 : empty + 1;
    if (empty < emptyLooks) return;
    empty = 0;
    log.info('screen empty');
    beginAnew();
  };
  // A page that has just died cannot be asked; somebody else sees to that.
  const looking = setInterval(() => void look().catch(() => undefined), lookMilliseconds);
  window.on('closed', () => {
    clearInterval(looking);
    clearTimeout(waiting);
  });
  return ({ kind, name, anew }) => {
    log.info('screen failed', { kind, name, anew });
    if (anew) beginAnew();
  };
}
