/** What a key of a number pad does where it does not simply type. */
export type KeypadAction = 'help' | 'speak' | 'next' | 'previous' | 'press' | 'delete' | 'back' | 'listDown' | 'listUp';

export interface KeypadSituation {
  /** Digits belong to a number's field. */
  readonly typing: boolean;
  /** The focus is in a field for letters. */
  readonly editable: boolean;
  readonly inList: boolean;
  /** The focus is on something that Enter alone does not press: a box to tick. */
  readonly onBox: boolean;
  /** Nothing that could be pressed has the focus. */
  readonly onNothing: boolean;
  readonly rightToLeft: boolean;
}

/** Null: the key keeps its own meaning. */
export function keypadAction(
  { key, code }: { readonly key: string; readonly code: string },
  situation: KeypadSituation,
): KeypadAction | null {
  // On a full keyboard these stand between digits, as people write numbers; only on a number pad are they keys of ours.
  if (situation.typing && !code.startsWith('Numpad') && /^[-*/.]$/.test(key)) return null;
  if (key === '*') return 'help';
  if (code === 'NumpadDivide' || (key === '/' && !situation.editable)) return 'speak';
  if ((code === 'NumpadDecimal' && key.length === 1) || (key === '.' && !situation.editable)) return 'next';
  if (key === '-' && (!situation.editable || code === 'NumpadSubtract')) return situation.typing ? 'delete' : 'back';
  if (key === '+') return situation.typing || situation.editable ? null : 'next';
  if (key === 'Enter' && situation.onBox) return 'press';
  if (key === 'Enter' && situation.onNothing && !situation.typing) return 'next';
  if (key === 'Clear') return 'press';
  if (situation.editable) return null;
  if (key.startsWith('Arrow')) return situation.inList ? null : arrow(key, situation.rightToLeft);
  return situation.typing ? null : digit(key, situation);
}

function arrow(key: string, rightToLeft: boolean): KeypadAction {
  if (key === 'ArrowDown') return 'next';
  if (key === 'ArrowUp') return 'previous';
  return (key === 'ArrowRight') === rightToLeft ? 'previous' : 'next';
}

function digit(key: string, { inList, rightToLeft }: KeypadSituation): KeypadAction | null {
  if (key === '2') return inList ? 'listDown' : 'next';
  if (key === '8') return inList ? 'listUp' : 'previous';
  if (key === '4') return arrow('ArrowLeft', rightToLeft);
  if (key === '6') return arrow('ArrowRight', rightToLeft);
  return key === '5' ? 'press' : null;
}
