import { describe, expect, test } from 'vitest';
import { type KeypadSituation, keypadAction } from '../../renderer/accessibility/keypad-actions.ts';
import { scanOrder } from '../../renderer/accessibility/scan-order.ts';
import { createAids } from '../../renderer/flow/accessibility-settings.ts';

const plain: KeypadSituation = {
  typing: false,
  editable: false,
  inList: false,
  onBox: false,
  onNothing: false,
  rightToLeft: false,
};
const digitCodes = Array.from({ length: 10 }, (_, digit) => `Numpad${digit}`);

function does(key: string, code: string, situation: Partial<KeypadSituation> = {}) {
  return keypadAction({ key, code }, { ...plain, ...situation });
}

describe('rule 20: a number pad alone', () => {
  test('digits, plus and Enter belong to the number while one is typed', () => {
    for (const code of digitCodes) expect(does(code.slice(-1), code, { typing: true })).toBeNull();
    expect(does('+', 'NumpadAdd', { typing: true })).toBeNull();
    expect(does('Enter', 'NumpadEnter', { typing: true })).toBeNull();
    expect(does('-', 'NumpadSubtract', { typing: true })).toBe('delete');
    expect(does('.', 'NumpadDecimal', { typing: true })).toBe('next');
    expect(does(',', 'NumpadDecimal', { typing: true })).toBe('next');
  });

  test('the same signs from a full keyboard stand between digits and do nothing', () => {
    for (const [key, code] of [
      ['-', 'Minus'],
      ['/', 'Slash'],
      ['.', 'Period'],
      ['*', 'Digit8'],
    ] as const) {
      expect(does(key, code, { typing: true })).toBeNull();
    }
  });

  test('elsewhere they move and press', () => {
    expect(does('2', 'Numpad2')).toBe('next');
    expect(does('8', 'Numpad8')).toBe('previous');
    expect(does('5', 'Numpad5')).toBe('press');
    expect(does('+', 'NumpadAdd')).toBe('next');
    expect(does('-', 'NumpadSubtract')).toBe('back');
    expect(does('Enter', 'NumpadEnter')).toBeNull();
    expect(does('Enter', 'NumpadEnter', { onBox: true })).toBe('press');
    expect(does('Enter', 'NumpadEnter', { onNothing: true })).toBe('next');
  });

  test('left and right follow the reading direction; so do the arrows without Num Lock', () => {
    expect(does('6', 'Numpad6')).toBe('next');
    expect(does('6', 'Numpad6', { rightToLeft: true })).toBe('previous');
    expect(does('ArrowLeft', 'Numpad4')).toBe('previous');
    expect(does('ArrowLeft', 'Numpad4', { rightToLeft: true })).toBe('next');
    expect(does('ArrowDown', 'Numpad2', { typing: true })).toBe('next');
    expect(does('Clear', 'Numpad5')).toBe('press');
  });

  test('a list moves by itself, a field for letters keeps its keys', () => {
    expect(does('2', 'Numpad2', { inList: true })).toBe('listDown');
    expect(does('ArrowDown', 'ArrowDown', { inList: true })).toBeNull();
    expect(does('4', 'Numpad4', { editable: true })).toBeNull();
    expect(does('.', 'Period', { editable: true })).toBeNull();
    expect(does('.', 'NumpadDecimal', { editable: true })).toBe('next');
  });

  test('help and speech answer everywhere', () => {
    for (const situation of [{}, { typing: true }, { editable: true }, { inList: true }]) {
      expect(does('*', 'NumpadMultiply', situation)).toBe('help');
      expect(does('/', 'NumpadDivide', situation)).toBe('speak');
    }
  });

  test('letters and the keys of the browser keep their meaning', () => {
    for (const key of ['a', 'Tab', 'Escape', ' ', 'Backspace', 'Delete', 'F5']) expect(does(key, key)).toBeNull();
  });
});

describe('rule 20: a single switch', () => {
  const stops = [['country'], ['1', '2', '3'], ['4', '5', '6'], ['next']];

  test('the frame passes every stop and begins again', () => {
    const order = scanOrder(stops);
    const passed = stops.concat(stops).map(() => order.advance());
    expect(passed).toEqual([...stops, ...stops]);
  });

  test('a press opens a group, and the next one presses in it', () => {
    const order = scanOrder(stops);
    order.advance();
    order.advance();
    expect(order.press()).toBeNull();
    expect(order.current()).toEqual(['1']);
    expect(order.advance()).toEqual(['2']);
    expect(order.press()).toBe('2');
    expect(order.advance()).toEqual(['1', '2', '3']);
  });

  test('a group that nobody presses in is left after two rounds', () => {
    const order = scanOrder(stops);
    order.advance();
    order.advance();
    order.press();
    const inside = [order.current(), ...Array.from({ length: 5 }, () => order.advance())].flat();
    expect(inside).toEqual(['1', '2', '3', '1', '2', '3']);
    expect(order.advance()).toEqual(['4', '5', '6']);
  });

  test('nothing to press is no error', () => {
    const order = scanOrder<string>([]);
    expect(order.advance()).toEqual([]);
    expect(order.press()).toBeNull();
  });
});

test('the settings of one customer are gone for the next', () => {
  const aids = createAids();
  const first = aids.get();
  let told = 0;
  const stop = aids.subscribe(() => {
    told += 1;
  });
  aids.set({ text: 'largest', reach: true, still: true, speech: true, scanSeconds: 2, open: true });
  expect(aids.get()).not.toEqual(first);
  aids.reset();
  expect(aids.get()).toEqual(first);
  stop();
  aids.set({ reach: true });
  expect(told).toBe(2);
});
