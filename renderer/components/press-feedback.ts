const shortestPress = 90;

/**
 * Marks the pressed button with `data-pressed` in the very event of the touch, without asking React: `:active` may come
 * frames later on a touch screen. Kept a moment, so that a quick tap is seen too. Returns its undo.
 */
export function showPresses(root: Document): () => void {
  const releases = new Map<Element, number>();

  const press = (event: PointerEvent) => {
    const button = event.target instanceof Element ? event.target.closest('button, [data-pressable]') : null;
    if (button === null) return;
    button.setAttribute('data-pressed', '');
    window.clearTimeout(releases.get(button));
    releases.set(button, 0);
  };
  const release = () => {
    for (const [button, timer] of releases) {
      if (timer !== 0) continue;
      const undo = () => {
        button.removeAttribute('data-pressed');
        releases.delete(button);
      };
      releases.set(button, window.setTimeout(undo, shortestPress));
    }
  };

  root.addEventListener('pointerdown', press, { capture: true, passive: true });
  root.addEventListener('pointerup', release, { capture: true, passive: true });
  root.addEventListener('pointercancel', release, { capture: true, passive: true });
  return () => {
    root.removeEventListener('pointerdown', press, { capture: true });
    root.removeEventListener('pointerup', release, { capture: true });
    root.removeEventListener('pointercancel', release, { capture: true });
  };
}
