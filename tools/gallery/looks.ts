/** One way of looking at a screen: how large it is, and what its customer asked of it. */
export interface Look {
  size: string;
  mode: string;
  width: number;
  height: number;
  /** Attributes of the document, as the help panel sets them. */
  dataset: Readonly<Record<string, string>>;
}

const sizes: readonly [width: number, height: number][] = [
  [1280, 800],
  [800, 1280],
  [800, 480],
];

const standard = { contrast: 'standard', text: 'normal', reach: 'whole' };

const modes = {
  light: standard,
  'high contrast': { ...standard, contrast: 'high' },
  'large text': { ...standard, text: 'largest' },
  reach: { ...standard, reach: 'low' },
};
type Mode = keyof typeof modes;

/** The screens that are worth seeing on a wall. */
const wallScreens: ReadonlySet<string> = new Set(['attract', 'number', 'choices', 'saved']);

/** @param forStaff rooms of the staff have no large text and no reach. */
export function looksOf(screen: string, forStaff: boolean): Look[] {
  const chosen: readonly Mode[] = ['light', 'high contrast', ...(forStaff ? [] : (['large text', 'reach'] as const))];
  const all = sizes.flatMap(([width, height]) => chosen.map((mode) => look(width, height, mode)));
  return wallScreens.has(screen) ? [...all, look(1920, 1080, 'light')] : all;
}

export function look(width: number, height: number, mode: Mode): Look {
  return { size: `${width}x${height}`, mode, width, height, dataset: modes[mode] };
}
