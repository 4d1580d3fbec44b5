/**
 * `npm run lint:imports`: holds the import direction of docs/architecture.md. Own code because dependency-cruiser
 * reads TypeScript only up to version 6, and its swc parser does not know `using` declarations.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';

const root = dirname(import.meta.dirname);

/** Rooms of core from the lowest floor up; a room may import rooms of lower floors only. */
const FLOORS: readonly (readonly string[])[] = [
  ['errors'],
  ['page', 'labels', 'files'],
  ['onnx'],
  ['runtime'],
  ['drawing'],
  ['layoutlmv3', 'datasets'],
  ['encoding', 'weak-labels', 'demo'],
  ['formats'],
  ['ocr'],
  ['training', 'inference'],
  ['review', 'model-export'],
  ['experiment', 'recipes'],
  ['engine'],
  ['workbench'],
  ['cli'],
];
/** The one way a room may look at a neighbour on its own floor. */
const NEIGHBOURS: Readonly<Record<string, readonly string[]>> = { inference: ['training'], labels: ['page'] };
/** Only these may import these packages. */
const ONLY_FROM: Readonly<Record<string, RegExp>> = {
  'onnxruntime-node': /^core\/runtime\//,
  '@napi-rs/canvas': /^core\/drawing\//,
  electron: /^electron\//,
  react: /^renderer\//,
};
/** What a window may import of core: types, schemas and pure facts, never Node code. */
const RENDERER_MAY = /^core\/(workbench\/contract|training\/options|labels|page|errors)/;

const floorOf = new Map(FLOORS.flatMap((rooms, level) => rooms.map((room) => [room, level] as const)));
const isTest = (path: string) => /(\.test\.tsx?|\/testing\/)/.test(path);
const roomOf = (path: string) => (path.startsWith('core/') ? path.split('/')[1] : null);

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !e.name.endsWith('.d.ts'))
    .map((e) => relative(root, join(e.parentPath, e.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules'));
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Every specifier a file imports, type imports too; comments are blanked first. */
export function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
  return [...code.matchAll(IMPORT)].map((m) => m[1] ?? m[2] ?? m[3]);
}

interface Dependency {
  from: string;
  /** Path in the project, or the name of a package. */
  to: string;
  local: boolean;
}

function resolveImport(from: string, specifier: string): Dependency {
  if (specifier.startsWith('.')) return { from, to: posix.join(posix.dirname(from), specifier), local: true };
  const parts = specifier.split('/');
  return { from, to: specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0], local: false };
}

/** One line per broken rule. */
export function violations(dependencies: readonly Dependency[], devPackages: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const { from, to, local } of dependencies) {
    const say = (why: string) => found.push(`${from} imports ${to}: ${why}`);
    if (!local) {
      const only = ONLY_FROM[to];
      if (only && !only.test(from) && !isTest(from) && !/^(bench|scripts|e2e)\//.test(from))
        say(`only ${only.source} may`);
      if (devPackages.has(to) && /^core\//.test(from) && !isTest(from))
        say('a development package in the product');
      continue;
    }
    const a = roomOf(from);
    const b = roomOf(to);
    if (from.startsWith('core/') && /^(electron|renderer)\//.test(to)) say('core knows no window');
    if (from.startsWith('renderer/') && to.startsWith('core/') && !RENDERER_MAY.test(to) && !isTest(from))
      say('the window imports the contract and pure facts only');
    if (!a || !b || a === b || isTest(from)) continue;
    const [la, lb] = [floorOf.get(a), floorOf.get(b)];
    if (la === undefined || lb === undefined) say(`room ${la === undefined ? a : b} stands on no floor`);
    else if (lb > la || (lb === la && !NEIGHBOURS[a]?.includes(b))) say('imports run downwards only');
  }
  return found;
}

/** File-level import cycles of what is loaded at run time (type imports are no cycle), each once. */
export function cycles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

/** Statically imported values only. */
function runtimeImports(text: string): string[] {
  return importsOf(
    text
      .replace(/(?:^|\n)\s*(?:import|export)\s+type\s[^;]*?from\s*['"][^'"]+['"]/g, '')
      .replace(/\bimport\([^)]*\)/g, ''),
  );
}

if (import.meta.main) {
  const files = ['core', 'renderer', 'electron', 'scripts', 'bench', 'e2e'].flatMap((f) => {
    try {
      return sources(f);
    } catch {
      return [];
    }
  });
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const text = new Map(files.map((f) => [f, readFileSync(join(root, f), 'utf8')]));
  const dependencies = files
    .flatMap((f) => importsOf(text.get(f)!).map((s) => resolveImport(f, s)))
    .filter((d) => d.local || !(d.to.startsWith('node:') || builtinModules.includes(d.to)));
  const known = new Set(files);
  const edges = new Map(
    files.map((f) => [
      f,
      runtimeImports(text.get(f)!)
        .map((s) => resolveImport(f, s).to)
        .filter((t) => known.has(t)),
    ]),
  );
  const problems = [
    ...violations(dependencies, new Set(Object.keys(manifest.devDependencies))),
    ...cycles(edges),
  ];
  for (const problem of problems) console.error(problem);
  console.log(`${files.length} files, ${dependencies.length} imports, ${problems.length} broken rules`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
