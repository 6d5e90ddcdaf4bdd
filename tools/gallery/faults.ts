/** A line of letters, something that can be pressed, or a picture that says something. */
interface Thing {
  element: Element;
  name: string;
  kind: 'text' | 'control' | 'picture';
  /** Where it is now, in pixels of the screen. */
  box: () => DOMRect;
  /** Around it, from the inside out, whatever cuts off what reaches over its edge. */
  frames: readonly Element[];
  /** Stays while the rest scrolls away under it. */
  sticks: boolean;
}

/**
 * Runs in the page, and is the one place for the rules of geometry. Names every line of text, button and picture that is cut
 * off, reaches over the edge of the screen or out of its button, lies under something else, or cannot be brought to where
 * it is seen whole, scrolling only what a finger can scroll. Afterwards everything is scrolled as it was.
 */
export function findFaults(): string[] {
  const scope =
    [...document.querySelectorAll('dialog[open]')].pop() ??
    document.querySelector('[data-part=languages]') ??
    document.body;
  const found = new Set<string>();
  const named = (element: Element) =>
    (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 50);

  const scrolls = (frame: Element) => /auto|scroll/.test(getComputedStyle(frame).overflowY);
  const framesOf = (inner: Element, itself: boolean): Element[] => {
    const frames: Element[] = [];
    let position = 'static';
    for (let frame: Element | null = inner; frame !== null && position !== 'fixed'; frame = frame.parentElement) {
      const style = getComputedStyle(frame);
      // What stands absolutely is cut only by what it stands in.
      if (position === 'absolute' && style.position === 'static') continue;
      if (style.overflow !== 'visible' && (frame !== inner || itself)) frames.push(frame);
      position = style.position;
    }
    return frames;
  };
  const sticks = (element: Element) => {
    for (let each: Element | null = element; each !== null; each = each.parentElement) {
      if (getComputedStyle(each).position === 'sticky') return true;
    }
    return false;
  };
  const thing = (element: Element, kind: Thing['kind'], name: string, box: Thing['box']): Thing => ({
    element,
    name,
    kind,
    box,
    frames: framesOf(element, kind === 'text'),
    sticks: sticks(element),
  });

  /** The letters themselves: without the air above and below them that a line has. */
  const letters = (range: Range, line: number, air: number): DOMRect => {
    const { left, top, width, height } = range.getClientRects()[line] ?? new DOMRect();
    return new DOMRect(left, top + air, width, height - 2 * air);
  };
  const linesOf = (node: Node): Thing[] => {
    const element = node.parentElement;
    if (element === null || (node.textContent ?? '').trim() === '') return [];
    if (element.closest('.visually-hidden, option, script, style') !== null) return [];
    const { color, fontSize } = getComputedStyle(element);
    if (color === 'rgba(0, 0, 0, 0)') return [];
    const range = document.createRange();
    range.selectNodeContents(node);
    const air = Number.parseFloat(fontSize) * 0.2;
    return [...range.getClientRects()].map((_, line) =>
      thing(element, 'text', named(element), () => letters(range, line, air)),
    );
  };
  /** Without the arrow that lies over the last line only while there is more below it. */
  const isShown = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.closest('[data-part=more]') === null;
  const textNodes = function* (): Generator<Node> {
    const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.parentElement?.checkVisibility()) yield walker.currentNode;
  };
  const all = (selector: string, kind: Thing['kind']) =>
    [...scope.querySelectorAll(selector)]
      .filter(isShown)
      .map((element) => thing(element, kind, named(element), () => element.getBoundingClientRect()));
  const things = [
    ...[...textNodes()].flatMap(linesOf),
    ...all('button, a[href], input, label:has(input), [role=option], [role=textbox]', 'control'),
    ...all('[role=img]', 'picture'),
  ];

  const screen = new DOMRect(0, 0, innerWidth, innerHeight);
  const innerBox = (frame: Element) => {
    const { left, top } = frame.getBoundingClientRect();
    return new DOMRect(left + frame.clientLeft, top + frame.clientTop, frame.clientWidth, frame.clientHeight);
  };
  const isWithin = (box: DOMRect, frame: DOMRect) =>
    box.left > frame.left - 2 &&
    box.right < frame.right + 2 &&
    box.top > frame.top - 2 &&
    box.bottom < frame.bottom + 2;
  const related = (one: Element, other: Element) => one.contains(other) || other.contains(one);
  /** What is drawn over it in its middle or at its ends; a field that nobody sees hides nothing. */
  const coverOf = ({ element, box }: Thing): Element | undefined => {
    const { left, right, top, height } = box();
    for (const x of [(left + right) / 2, left + 3, right - 3]) {
      const [uppermost] = document.elementsFromPoint(x, top + height / 2).filter(isShown);
      if (uppermost !== undefined && !related(element, uppermost)) return uppermost;
    }
    return undefined;
  };
  /** Why it is not seen whole as things are scrolled now. */
  const whyUnseen = (each: Thing): string | null => {
    const box = each.box();
    if (each.frames.some((frame) => !isWithin(box, innerBox(frame)))) return 'cut off';
    if (!isWithin(box, screen)) return 'over the edge';
    const cover = coverOf(each);
    return cover === undefined ? null : `under "${named(cover)}"`;
  };

  const before = [...scope.querySelectorAll('*'), scope].map((frame) => ({ frame, top: frame.scrollTop }));
  const scrolledTo = (each: Thing, share: number) => {
    for (const frame of each.frames.filter(scrolls)) {
      const [box, room] = [each.box(), innerBox(frame)];
      frame.scrollTop += box.top - room.top - (room.height - box.height) * share;
    }
  };
  for (const each of things) {
    let why = whyUnseen(each);
    if (why !== null && each.frames.some(scrolls)) {
      for (const share of [0.5, 0.1, 0.9]) {
        scrolledTo(each, share);
        why = whyUnseen(each);
        if (why === null) break;
      }
    }
    if (why !== null) found.add(`${why}: ${each.name}`);
  }
  for (const { frame, top } of before) if (frame.scrollTop !== top) frame.scrollTop = top;

  /** A field that is empty scrolls nowhere, however much of its placeholder is cut off. */
  const placeholderFits = (field: HTMLInputElement): boolean => {
    const { font, paddingInlineStart, paddingInlineEnd } = getComputedStyle(field);
    const drawing = document.createElement('canvas').getContext('2d');
    if (drawing === null) return true;
    drawing.font = font;
    const room = field.clientWidth - Number.parseFloat(paddingInlineStart) - Number.parseFloat(paddingInlineEnd);
    return drawing.measureText(field.placeholder).width <= room;
  };
  for (const { element, kind, name, box } of things) {
    const button = kind === 'text' ? element.closest('button, label') : null;
    if (button !== null && !isWithin(box(), button.getBoundingClientRect())) found.add(`out of its button: ${name}`);
    if (!(element instanceof HTMLInputElement)) continue;
    if (element.scrollWidth > element.clientWidth + 1) found.add(`too long for its field: ${element.value}`);
    if (element.value === '' && !placeholderFits(element)) found.add(`too long for its field: ${element.placeholder}`);
  }

  /** As far as it is seen now. */
  const seen = things.map((each) => {
    const box = each.box();
    const rooms = [...each.frames.map(innerBox), screen];
    return {
      ...each,
      left: Math.max(box.left, ...rooms.map(({ left }) => left)),
      right: Math.min(box.right, ...rooms.map(({ right }) => right)),
      top: Math.max(box.top, ...rooms.map(({ top }) => top)),
      bottom: Math.min(box.bottom, ...rooms.map(({ bottom }) => bottom)),
    };
  });
  const scrollsUnder = (one: Thing, other: Thing) =>
    one.sticks !== other.sticks && one.frames.some((frame) => scrolls(frame) && other.frames.includes(frame));
  for (const [at, one] of seen.entries()) {
    for (const other of seen.slice(at + 1)) {
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide < 4 || high < 3 || related(one.element, other.element) || scrollsUnder(one, other)) continue;
      found.add(`overlap: ${one.name} / ${other.name}`);
    }
  }
  return [...found];
}
