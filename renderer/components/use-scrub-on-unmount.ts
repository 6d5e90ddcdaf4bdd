import { type RefObject, useEffect } from 'react';

/**
 * Empties a part once it has left the page, because the browser may keep a node of it. Blink's ContextMenuController holds the place
 * of the last context menu (a right click, the menu key, a long touch) until the next one, or until it hears that the menu was
 * closed; a kiosk shows no menu, so it never hears that. (WebKit bug 284189 describes the same there.) A node keeps its parents, and
 * they their other children: one key of the keypad kept the whole screen, with the field and the number.
 *
 * To prevent `contextmenu` is not enough: after a long touch a node is kept even then.
 */
export function useScrubOnUnmount(part: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = part.current;
    return () => {
      if (element !== null && !element.isConnected) scrub(element);
    };
  }, [part]);
}

/** Whichever node is kept is empty afterwards, and holds no other. */
function scrub(element: HTMLElement): void {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const nodes: Node[] = [];
  for (let node: Node | null = element; node !== null; node = walker.nextNode()) nodes.push(node);
  for (const node of nodes) {
    if (node instanceof Text) node.data = '';
    if (node instanceof Element) for (const name of node.getAttributeNames()) node.removeAttribute(name);
    node.parentNode?.removeChild(node);
  }
}
