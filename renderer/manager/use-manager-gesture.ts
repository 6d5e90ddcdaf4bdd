import { useEffect } from 'react';

const taps = 5;
const withinMilliseconds = 3000;
/** Side of the corner, as a share of the shorter side of the screen. */
const corner = 0.14;

/** Five taps in a top corner within three seconds, or Ctrl+Alt+M. Neither shows, and both only lead to a PIN. */
export function useManagerGesture(enabled: boolean, onGesture: () => void): void {
  useEffect(() => {
    if (!enabled) return;
    let times: number[] = [];
    const onTap = (event: PointerEvent) => {
      const side = Math.min(innerWidth, innerHeight) * corner;
      const inCorner = event.clientY < side && (event.clientX < side || event.clientX > innerWidth - side);
      times = inCorner ? [...times, event.timeStamp].slice(-taps) : [];
      if (times.length === taps && event.timeStamp - (times[0] ?? 0) <= withinMilliseconds) onGesture();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey && event.altKey && event.code === 'KeyM') onGesture();
    };
    document.addEventListener('pointerdown', onTap);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onTap);
      document.removeEventListener('keydown', onKey);
    };
  }, [enabled, onGesture]);
}
