import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../../..');

/** The imports that each folder may have: other folders, packages, and built-in modules of Node ("node:*" for all). */
const ALLOWED: Record<string, readonly string[]> = {
  api: ['package.json', 'zod', 'node:crypto', 'node:net'],
  model: ['api', 'node:net', 'node:zlib'],
  runner: ['api', 'model', 'undici', 'prom-client', 'protobufjs', 'zod', 'node:*'],
  operator: ['api', 'model', 'telemetry', 'undici', 'prom-client', 'croner', 'zod', 'node:*'],
  'operator/kube': ['api', 'model', 'operator', '@kubernetes/client-node', 'undici', 'zod', 'node:*'],
  telemetry: [
    ...['api', 'model', '@opentelemetry/api', '@opentelemetry/exporter-metrics-otlp-proto'],
    ...['@opentelemetry/resources', '@opentelemetry/sdk-metrics'],
  ],
  render: ['api', 'model', 'yaml', 'node:crypto', 'node:util'],
  cli: ['api', 'model', 'runner', 'render', 'telemetry', 'yaml', 'zod', 'node:*'],
  lib: ['api', 'model', 'runner', 'cli', 'node:*'],
};

/**
 * Imports and re-exports with or without names, type imports, dynamic imports, entry files of workers, and built-in modules loaded
 * without an import.
 */
const IMPORTS = [
  /^(?:import|export)\s[^'";]*?\sfrom\s+'([^']+)'/gm,
  /^import\s+'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'/g,
  /\bnew URL\(\s*'(\.[^']+\.[cm]?[jt]s)',\s*import\.meta\.url/g,
  /\bgetBuiltinModule\(\s*'([^']+)'/g,
];

function importsOf(source: string): string[] {
  return IMPORTS.flatMap((pattern) => [...source.matchAll(pattern)].map(([, specifier]) => specifier!));
}

/** The folder whose rule applies to a path: the longest folder of ALLOWED that contains it. */
function folderOf(path: string): string {
  const folders = Object.keys(ALLOWED).filter((folder) => path.startsWith(`${folder}/`));
  return folders.sort((a, b) => b.length - a.length)[0] ?? path.split('/')[0]!;
}

/** The target of an import as in ALLOWED: a folder, a package or a module of Node. */
function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return folderOf(relative(root, join(root, dirname(path), specifier)));
  const parts = specifier.split('/');
  return specifier.startsWith('@')
    ? parts.slice(0, 2).join('/')
    : specifier.startsWith('node:')
      ? specifier
      : parts[0]!;
}

/** The imports of a file that its folder's rule forbids, as "file imports target". */
function forbidden(path: string, source: string): string[] {
  const folder = folderOf(path);
  const allowed = ALLOWED[folder] ?? [];
  const targets = importsOf(source).map((specifier) => targetOf(path, specifier));
  return (
    targets
      .filter((target) => target !== folder && !allowed.includes(target))
      .filter((target) => !(target.startsWith('node:') && allowed.includes('node:*')))
      // Only operator/kube may import the client library; the other files of the operator may import it like any file of the operator.
      .filter((target) => !(folder === 'operator' && target === 'operator/kube'))
      .map((target) => `${path} imports ${target}`)
  );
}

type Sources = ReadonlyMap<string, string>;

/** The imports between the children (files and folders) of one folder, each with one import statement as evidence. */
type Siblings = Map<string, Map<string, string>>;

/** The imports between siblings, by folder. An import between two folders counts where their paths diverge. */
function siblingImports(sources: Sources): Map<string, Siblings> {
  const folders = new Map<string, Siblings>();
  for (const [path, source] of sources) {
    for (const specifier of importsOf(source).filter((s) => s.startsWith('.'))) {
      const target = posix.join(posix.dirname(path), specifier);
      if (!sources.has(target) || target === path) continue;
      const [from, to] = [path.split('/'), target.split('/')];
      const diverged = from.findIndex((part, i) => part !== to[i]);
      const folder = from.slice(0, diverged).join('/') || '.';
      const siblings = folders.get(folder) ?? new Map<string, Map<string, string>>();
      const targets = siblings.get(from[diverged]!) ?? new Map<string, string>();
      targets.set(to[diverged]!, targets.get(to[diverged]!) ?? `${path} imports ${target}`);
      folders.set(folder, siblings.set(from[diverged]!, targets));
    }
  }
  return folders;
}

/** One circle among siblings as a list of imports; empty when imports go down only. */
function circleAmong(siblings: Siblings): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (name: string): string[] => {
    if (done.has(name)) return [];
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name];
      return circle.slice(1).map((next, i) => siblings.get(circle[i]!)!.get(next)!);
    }
    path.push(name);
    for (const next of siblings.get(name)?.keys() ?? []) {
      const circle = walk(next);
      if (circle.length > 0) return circle;
    }
    path.pop();
    done.add(name);
    return [];
  };
  for (const name of siblings.keys()) {
    const circle = walk(name);
    if (circle.length > 0) return circle;
  }
  return [];
}

function circlesIn(sources: Sources): string[] {
  return [...siblingImports(sources)].flatMap(([folder, siblings]) => {
    const circle = circleAmong(siblings);
    return circle.length === 0 ? [] : [`in ${folder}: ${circle.join(', ')}`];
  });
}

function sourcesOf(...patterns: string[]): Sources {
  const files = globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] });
  return new Map([...new Set(files)].sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const PRODUCT = sourcesOf(...Object.keys(ALLOWED).map((folder) => `${folder}/**/*.ts`));
const REST = sourcesOf('{bench,charts,scripts,test,examples}/**/*.ts');

test('each folder imports only the allowed folders, packages and modules', () => {
  assert.ok(PRODUCT.size > 50, `only ${PRODUCT.size} files were found`);
  assert.deepEqual(
    [...PRODUCT].flatMap(([path, source]) => forbidden(path, source)),
    [],
  );
});

test('imports go down only, in every folder, types included', () => {
  assert.ok(REST.size > 100, `only ${REST.size} files were found`);
  const rooms = Map.groupBy(REST, ([path]) => path.split('/')[0]!);
  const sources = [PRODUCT, ...[...rooms.values()].map((room) => new Map(room))];
  assert.deepEqual(sources.flatMap(circlesIn), []);
});

/** A reader can survey this many files of a folder at a glance. */
const MOST_FILES = 16;

test(`no folder of the product or its tests holds more than ${MOST_FILES} files`, () => {
  const tests = [...REST.keys()].filter((path) => path.startsWith('test/'));
  const folders = Map.groupBy([...PRODUCT.keys(), ...tests], dirname);
  assert.deepEqual(
    [...folders].filter(([, files]) => files.length > MOST_FILES).map(([folder, { length }]) => `${folder}: ${length}`),
    [],
  );
});

const cases: [string, string, string, string[]][] = [
  ['a folder may import itself', 'model/a.ts', "import { b } from './b.ts';", []],
  ['the model may import the api', 'model/a.ts', "import { b } from '../api/b.ts';", []],
  ['the api may not import the model', 'api/a.ts', "import { b } from '../model/b.ts';", ['api/a.ts imports model']],
  ['a type is an import', 'render/a.ts', "import type { B } from '../cli/b.ts';", ['render/a.ts imports cli']],
  ['a re-export is an import', 'model/a.ts', "export * from '../runner/b.ts';", ['model/a.ts imports runner']],
  ['a dynamic import is an import', 'model/a.ts', "await import('../cli/b.ts')", ['model/a.ts imports cli']],
  [
    'the file of a worker is an import',
    'cli/a.ts',
    "new Worker(new URL('../operator/b.ts', import.meta.url))",
    ['cli/a.ts imports operator'],
  ],
  [
    'an import over several lines is an import',
    'api/a.ts',
    "import {\n  a,\n  b,\n} from 'undici';",
    ['api/a.ts imports undici'],
  ],
  ['an import for its side effect is an import', 'api/a.ts', "import 'undici/x';", ['api/a.ts imports undici']],
  [
    'the model may not import modules for I/O',
    'model/a.ts',
    "import { readFileSync } from 'node:fs';",
    ['model/a.ts imports node:fs'],
  ],
  [
    'a built-in module loaded without an import is an import',
    'model/a.ts',
    "const fs = process.getBuiltinModule('node:fs');",
    ['model/a.ts imports node:fs'],
  ],
  [
    'the runner may not import the Kubernetes client',
    'runner/a.ts',
    "import k from '@kubernetes/client-node';",
    ['runner/a.ts imports @kubernetes/client-node'],
  ],
  [
    'the operator outside of operator/kube may not import the Kubernetes client',
    'operator/a.ts',
    "import k from '@kubernetes/client-node';",
    ['operator/a.ts imports @kubernetes/client-node'],
  ],
  [
    'operator/kube may import the Kubernetes client',
    'operator/kube/a.ts',
    "import k from '@kubernetes/client-node';",
    [],
  ],
  ['the operator may import its kube folder', 'operator/loadtest/a.ts', "import { b } from '../kube/b.ts';", []],
];

for (const [name, path, source, expected] of cases) {
  test(`import rule: ${name}`, () => assert.deepEqual(forbidden(path, source), expected));
}

const circles: [string, Record<string, string>, string[]][] = [
  ['an import in one direction is not a circle', { 'a/x.ts': "import './y.ts';", 'a/y.ts': '' }, []],
  [
    'two files that import each other are a circle',
    { 'a/x.ts': "import type { Y } from './y.ts';", 'a/y.ts': "import './x.ts';" },
    ['in a: a/x.ts imports a/y.ts, a/y.ts imports a/x.ts'],
  ],
  [
    'two folders that import each other are a circle, even when their files are not',
    {
      'a/up/x.ts': "import '../down/y.ts';",
      'a/down/y.ts': '',
      'a/down/z.ts': "import '../up/w.ts';",
      'a/up/w.ts': '',
    },
    ['in a: a/up/x.ts imports a/down/y.ts, a/down/z.ts imports a/up/w.ts'],
  ],
  [
    'a folder between two files is not a circle',
    { 'a/x.ts': "import './b/y.ts';", 'a/b/y.ts': "import '../z.ts';", 'a/z.ts': '' },
    [],
  ],
];

for (const [name, files, expected] of circles) {
  test(`circles: ${name}`, () => assert.deepEqual(circlesIn(new Map(Object.entries(files))), expected));
}
