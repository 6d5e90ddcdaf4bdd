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

const modes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  light: standard,
  'high contrast': { ...standard, contrast: 'high' },
  'large text': { ...standard, text: 'largest' },
  reach: { ...standard, reach: 'low' },
};

/** The screens that are worth seeing on a wall. */
const wallScreens: ReadonlySet<string> = new Set(['attract', 'number', 'choices', 'saved']);
/** Rooms of the staff have no large text and no reach. */
const staffScreens: ReadonlySet<string> = new Set(['pin', 'manager', 'setup', 'stopped']);

export function looksOf(screen: string): Look[] {
  const chosen = Object.entries(modes).slice(0, staffScreens.has(screen) ? 2 : undefined);
  const all = sizes.flatMap(([width, height]) => chosen.map(([mode, dataset]) => look(width, height, mode, dataset)));
  return wallScreens.has(screen) ? [...all, look(1920, 1080, 'light', standard)] : all;
}

function look(width: number, height: number, mode: string, dataset: Look['dataset']): Look {
  return { size: `${width}x${height}`, mode, width, height, dataset };
}
