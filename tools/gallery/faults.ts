/** What can be seen of something, in pixels of the screen. */
interface Seen {
  /** Stays while the rest scrolls away under it, which is no fault. */
  sticks: boolean;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * Runs in the page: names every text that is cut off, reaches over the edge of the screen or out of its button, or lies
 * under another one. Of what scrolls, only what can be seen is judged.
 */
export function findFaults(): string[] {
  const scope = document.querySelector('dialog[open]') ?? document.body;
  const found = new Set<string>();
  const named = (element: Element) => (element.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 50);
  const hasText = ({ childNodes }: Element) =>
    [...childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '');

  /** The letters themselves: without the air above and below them that a line has. */
  const lettersOf = (element: Element): Seen => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    const air = Number.parseFloat(getComputedStyle(element).fontSize) * 0.2;
    return { sticks: false, left, right, top: top + air, bottom: bottom - air };
  };

  /** Cut at every frame around it. A frame that does not scroll and cuts letters is a fault. */
  const seenOf = (element: Element): Seen | null => {
    const seen = lettersOf(element);
    let scrolls = false;
    for (let frame: Element | null = element; frame !== null && frame !== scope; frame = frame.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(frame);
      seen.sticks ||= position === 'sticky';
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      scrolls ||= frame !== element && /auto|scroll/.test(overflowX + overflowY);
      const box = frame.getBoundingClientRect();
      const cut = seen.right > box.right + 2 || seen.left < box.left - 2 || seen.bottom > box.bottom + 2;
      if (cut && !scrolls) found.add(`cut off: ${named(element)}`);
      seen.left = Math.max(seen.left, box.left);
      seen.right = Math.min(seen.right, box.right);
      seen.top = Math.max(seen.top, box.top);
      seen.bottom = Math.min(seen.bottom, box.bottom);
    }
    const outside = seen.left < -1 || seen.right > innerWidth + 1 || seen.top < -1 || seen.bottom > innerHeight + 1;
    if (outside && !scrolls) found.add(`over the edge: ${named(element)}`);
    return seen.right - seen.left > 1 && seen.bottom - seen.top > 1 ? seen : null;
  };

  const inside = '.visually-hidden, [data-part=languages], svg, option, script, style, [aria-hidden=true]';
  const texts = [...scope.querySelectorAll('*')]
    .filter((element) => hasText(element) && element.checkVisibility() && element.closest(inside) === null)
    .flatMap((element) => {
      const seen = seenOf(element);
      return seen === null ? [] : [{ element, seen }];
    });
  for (const { element, seen } of texts) {
    const frame = element.closest('button, label')?.getBoundingClientRect();
    if (frame === undefined) continue;
    if (seen.right > frame.right || seen.left < frame.left || seen.bottom > frame.bottom || seen.top < frame.top)
      found.add(`out of its button: ${named(element)}`);
  }
  for (const [at, one] of texts.entries()) {
    for (const other of texts.slice(at + 1)) {
      const wide = Math.min(one.seen.right, other.seen.right) - Math.max(one.seen.left, other.seen.left);
      const high = Math.min(one.seen.bottom, other.seen.bottom) - Math.max(one.seen.top, other.seen.top);
      if (one.seen.sticks !== other.seen.sticks) continue;
      if (wide < 4 || high < 3 || one.element.contains(other.element) || other.element.contains(one.element)) continue;
      found.add(`overlap: ${named(one.element)} / ${named(other.element)}`);
    }
  }
  return [...found];
}
