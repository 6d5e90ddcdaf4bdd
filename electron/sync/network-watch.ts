/**
 * Calls back when the network returns. Polled, because Electron 33 has no event for it in the main process.
 * @param isOnline Electron's net.isOnline: false means surely no network, true that there may be one.
 * @returns how to stop watching.
 */
export function watchNetwork(isOnline: () => boolean, onReturn: () => void): () => void {
  let online = isOnline();
  const timer = setInterval(() => {
    const now = isOnline();
    if (now && !online) onReturn();
    online = now;
  }, 2_000);
  return () => clearInterval(timer);
}
