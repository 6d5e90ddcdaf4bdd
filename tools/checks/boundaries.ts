// Which folder may import from which: the table in docs/architecture.md as rules.
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult, type IRegularForbiddenRuleType } from 'dependency-cruiser';
import { folderCircles } from './folder-circles.ts';

/** Every folder that holds source, whether or not there are files in it yet. */
const FOLDERS = ['shared', 'protocol', 'electron', 'server', 'renderer', 'console', 'ui', 'tools', 'test'] as const;

const PRODUCT = '^(shared|protocol|electron|server|renderer|console|ui)/';

function only(name: string, comment: string, from: string, ...allowed: string[]): IRegularForbiddenRuleType {
  return { name, comment, severity: 'error', from: { path: from }, to: { pathNot: allowed } };
}

function never(
  name: string,
  comment: string,
  from: string,
  to: IRegularForbiddenRuleType['to'],
): IRegularForbiddenRuleType {
  return { name, comment, severity: 'error', from: { path: from }, to };
}

const npm = (...names: string[]): string => `(^|/)node_modules/(${names.join('|')})/`;

const RULES: IRegularForbiddenRuleType[] = [
  only(
    'shared-is-pure',
    'shared/ runs everywhere: only the schema and the phone number library',
    '^shared/',
    '^shared/',
    npm('zod', 'libphonenumber-js'),
  ),
  only(
    'protocol-stays-small',
    'protocol/ is what both ends must agree on: only shared/, node:crypto and the libraries of the record format',
    '^protocol/',
    '^(protocol|shared)/',
    '^(node:)?crypto$',
    npm('@hpke/core', 'canonicalize', 'cborg', 'uuid', 'http-message-signatures', 'zod'),
  ),
  never('kiosk-stays-home', 'electron/ talks to the others through shared/ and protocol/', '^electron/', {
    path: '^(server|renderer|console|ui)/',
  }),
  never('server-stays-home', 'server/ talks to the others through shared/ and protocol/', '^server/', {
    path: '^(electron|renderer|console|ui)/',
  }),
  never('platform-knows-no-module', 'server/platform/ is what every module stands on', '^server/platform/', {
    path: '^server/(modules/|[^/]+[.]ts$)',
  }),
  never(
    'modules-are-composed-above',
    'A module is given what it needs; only server/*.ts put modules together',
    '^server/modules/',
    {
      path: '^server/[^/]+[.]ts$',
    },
  ),
  never('renderer-stays-home', 'renderer/ reaches the main process through the preload only', '^renderer/', {
    path: '^(electron|server|console|protocol)/',
  }),
  never('console-stays-home', 'console/ reaches the server over HTTP only', '^console/', {
    path: '^(electron|server|renderer|protocol)/',
  }),
  never('ui-stays-home', 'ui/ is the parts both screens share', '^ui/', {
    path: '^(electron|server|renderer|console|protocol)/',
  }),
  never('screens-have-no-node', 'What runs in a browser has no node:*', '^(renderer|console|ui)/', {
    dependencyTypes: ['core'],
  }),
  never('product-does-not-know-its-tools', 'tools/ and test/ are not shipped', PRODUCT, { path: '^(tools|test)/' }),
  never(
    'shipped-code-has-shipped-dependencies',
    'A devDependency is not there in production',
    '^(electron|server|protocol|shared)/',
    {
      dependencyTypes: ['npm-dev'],
      pathNot: npm('electron', '@types'),
    },
  ),
  never('listed', 'Every package that is imported is in package.json', PRODUCT, {
    dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
  }),
  never('resolvable', 'What is imported exists', '.', { couldNotResolve: true }),
  never('no-circles', 'Two files that need each other are one file or three', '.', { circular: true }),
];

export type Violation = { rule: string; from: string; to: string };

/** Follows every import of the source folders under `root`. */
export async function readBoundaries(root: string): Promise<{ violations: Violation[]; files: string[] }> {
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(folders, {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: RULES },
    // TypeScript 7 has no API to read files with; without another parser no file would be read at all.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  });
  const { modules, summary } = output as ICruiseResult;
  const imports = modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => ({ from: source, to: resolved })),
  );
  return {
    violations: [
      ...summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
      ...folderCircles(imports).map(([from, to]) => ({ rule: 'no-circles-of-folders', from, to })),
    ],
    files: modules.map(({ source }) => source).filter((source) => !source.includes('node_modules/')),
  };
}

const FEWEST_FILES = 20;

/** What is wrong with the boundaries of the checkout, one line each. A cruise that overlooks files is a fault of its own. */
export async function checkBoundaries(root: string): Promise<string[]> {
  const { violations, files } = await readBoundaries(root);
  const read = new Set(files);
  const overlooked = sourceFiles(root).filter((file) => !read.has(file));
  return [
    ...violations.map(({ rule, from, to }) => `${rule}: ${from} imports ${to}`),
    ...overlooked.map((file) => `not read: ${file}`),
    ...(files.length < FEWEST_FILES ? [`only ${files.length} files were read`] : []),
  ];
}

function sourceFiles(root: string): string[] {
  return globSync(`{${FOLDERS.join(',')}}/**/*.{ts,tsx,mjs}`, { cwd: root }).filter((file) => !file.endsWith('.d.ts'));
}
