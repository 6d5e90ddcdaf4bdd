/** One import, from file to file, with paths from the root. */
export interface Import {
  from: string;
  to: string;
}

/** Folders that only hold others together: what lies directly in one stands for itself. Tools and tests may know each other. */
const composing = new Set([
  'shared',
  'protocol',
  'electron',
  'server',
  'server/platform',
  'server/modules',
  'renderer',
  'console',
  'ui',
]);

/** The folder with a job of its own: `server/modules/intake`, `renderer/screens`; null outside the product. */
function folderOf(file: string): string | null {
  const [first = '', ...further] = file.split('/');
  if (!composing.has(first)) return null;
  return further.reduce((folder, part) => (composing.has(folder) ? `${folder}/${part}` : folder), first);
}

/** Of each circle of folders, the imports that close it: those whose target leads back to where they stand. */
export function folderCircles(imports: Import[]): [from: string, to: string][] {
  const next = new Map<string, Set<string>>();
  const between = imports.flatMap(({ from, to }) => {
    const [here, there] = [folderOf(from), folderOf(to)];
    return here === null || there === null || here === there ? [] : [{ from, to, here, there }];
  });
  for (const { here, there } of between) next.set(here, (next.get(here) ?? new Set()).add(there));
  return between.filter(({ here, there }) => reaches(next, there, here)).map(({ from, to }) => [from, to]);
}

function reaches(next: Map<string, Set<string>>, start: string, end: string): boolean {
  const seen = new Set([start]);
  for (const folder of seen) {
    if (folder === end) return true;
    for (const further of next.get(folder) ?? []) seen.add(further);
  }
  return false;
}
