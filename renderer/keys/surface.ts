/** What lies on top: the idle warning before any window, a window before the screen. */
export function topSurface(root: Document): HTMLElement | null {
  const dialogs = [...root.querySelectorAll<HTMLElement>('dialog[open]')];
  const warning = dialogs.find((each) => each.getAttribute('role') === 'alertdialog');
  const help = dialogs.find((each) => each.dataset.screen === 'help');
  return warning ?? help ?? dialogs.at(-1) ?? root.querySelector<HTMLElement>('[data-screen]');
}

const focusable = 'button, summary, input, textarea, select, a[href], [tabindex="0"], [role="option"]';

/** Everything on it that can have the focus, in reading order. */
export function controlsOf(surface: HTMLElement): HTMLElement[] {
  return [...surface.querySelectorAll<HTMLElement>(focusable)].filter(
    (each) =>
      each.closest('dialog, [data-screen]') === surface &&
      each.closest('[aria-hidden="true"], [inert]') === null &&
      !(each instanceof HTMLButtonElement && each.disabled) &&
      each.getAttribute('type') !== 'hidden' &&
      each.getClientRects().length > 0,
  );
}

/** Where Tab stops on it, in its order. */
export function tabStops(surface: HTMLElement): HTMLElement[] {
  return controlsOf(surface).filter((each) => each.tabIndex >= 0);
}

/** A number pad is there and nothing lies over it: digits belong to its field. */
export function takesDigits(surface: HTMLElement): boolean {
  return surface.querySelector('[data-part="keypad"]') !== null;
}

/** A field for letters, which has its own use for most keys. */
export function isEditable(element: Element | null): boolean {
  return element instanceof HTMLInputElement && element.type !== 'checkbox';
}

/** Moves the focus from where it is; past the end it begins again. Digits are typed, so a number pad's keys are left out. */
export function moveFocus(surface: HTMLElement, by: 1 | -1): void {
  const active = document.activeElement;
  const controls = controlsOf(surface).filter((each) => each.closest('[data-part="keypad"]') === null);
  if (controls.length === 0) return;
  let at = active instanceof HTMLElement ? controls.indexOf(active) : -1;
  if (at === -1 && active !== null && surface.contains(active)) {
    // The focus is on a heading: the next control is the first one behind it.
    const behind = controls.findIndex(
      (each) => (active.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
    );
    at = by === 1 ? behind - 1 : behind;
  }
  const next = controls[(at + by + controls.length) % controls.length];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
