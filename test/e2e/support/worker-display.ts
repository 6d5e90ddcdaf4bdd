import { startDisplay } from '../../../tools/runtime.ts';

let display: Promise<string> | undefined;

/**
 * The virtual screen of this worker: kiosks of two workers on one screen would take the focus from each other. It goes when the
 * worker does. Undefined where windows do not come through X.
 */
export async function workerDisplay(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  display ??= startDisplay({ width: 1920, height: 1280 }).then((screen) => {
    process.once('exit', screen.stop);
    return screen.display;
  });
  return display;
}
