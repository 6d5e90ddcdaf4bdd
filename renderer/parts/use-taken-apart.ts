import { type RefObject, useEffect } from 'react';

/**
 * Takes a part to pieces once it has left the page. The browser keeps the place of the last long touch or right click until
 * the next one, though it is on no screen any more, and with it everything that hangs together with it: a key kept its
 * keypad, the screen, the field and the number.
 */
export function useTakenApart(part: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = part.current;
    return () => {
      if (element !== null && !element.isConnected) takeApart(element);
    };
  }, [part]);
}

/** Whichever of them is kept holds nothing but itself, and is empty. */
function takeApart(element: HTMLElement): void {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const nodes: Node[] = [];
  for (let node: Node | null = element; node !== null; node = walker.nextNode()) nodes.push(node);
  for (const node of nodes) {
    if (node instanceof Text) node.data = '';
    if (node instanceof Element) for (const name of node.getAttributeNames()) node.removeAttribute(name);
    node.parentNode?.removeChild(node);
  }
}
