import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../../..');

/** What each folder may import: other folders, packages, and Node's own modules ("node:*" for all of them). */
const ALLOWED: Record<string, readonly string[]> = {
  api: ['zod', 'node:crypto', 'node:net'],
  model: ['api', 'node:net'],
  runner: ['api', 'model', 'undici', 'prom-client', 'zod', 'node:*'],
  operator: ['api', 'model', 'package.json', 'undici', 'prom-client', 'croner', 'zod', 'node:*'],
  'operator/kube': ['api', 'model', 'operator', '@kubernetes/client-node', 'undici', 'zod', 'node:*'],
  report: ['api', 'model', 'yaml', 'node:util'],
  cli: ['api', 'model', 'runner', 'report', 'package.json', 'yaml', 'zod', 'node:*'],
};

/** Imports and re-exports, with or without names, types too, dynamic ones, and the files that workers begin with. */
const IMPORTS = [
  /^(?:import|export)\s[^'";]*?\sfrom\s+'([^']+)'/gm,
  /^import\s+'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'/g,
  /\bnew URL\(\s*'(\.[^']+\.[cm]?[jt]s)',\s*import\.meta\.url/g,
];

function importsOf(source: string): string[] {
  return IMPORTS.flatMap((pattern) => [...source.matchAll(pattern)].map(([, specifier]) => specifier!));
}

/** The rule that a path stands under: the longest folder of ALLOWED that it is in. */
function folderOf(path: string): string {
  const folders = Object.keys(ALLOWED).filter((folder) => path.startsWith(`${folder}/`));
  return folders.sort((a, b) => b.length - a.length)[0] ?? path.split('/')[0]!;
}

/** What is imported, in ALLOWED's terms: a folder, a package or a module of Node. */
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
      // The folder that only knows the client library is part of the operator for the rest of it.
      .filter((target) => !(folder === 'operator' && target === 'operator/kube'))
      .map((target) => `${path} imports ${target}`)
  );
}

test('no folder imports what the design forbids it', () => {
  const files = globSync(
    Object.keys(ALLOWED).map((folder) => `${folder}/**/*.ts`),
    { cwd: root },
  );
  assert.ok(files.length > 50, `only ${files.length} files were found`);
  assert.deepEqual(
    [...new Set(files)].sort().flatMap((path) => forbidden(path, readFileSync(join(root, path), 'utf8'))),
    [],
  );
});

const cases: [string, string, string, string[]][] = [
  ['a folder may import itself', 'model/a.ts', "import { b } from './b.ts';", []],
  ['the model may import the api', 'model/a.ts', "import { b } from '../api/b.ts';", []],
  ['the api may not import the model', 'api/a.ts', "import { b } from '../model/b.ts';", ['api/a.ts imports model']],
  ['a type is an import', 'report/a.ts', "import type { B } from '../cli/b.ts';", ['report/a.ts imports cli']],
  ['a re-export is an import', 'model/a.ts', "export * from '../runner/b.ts';", ['model/a.ts imports runner']],
  ['a dynamic import is one', 'model/a.ts', "await import('../cli/b.ts')", ['model/a.ts imports cli']],
  [
    'a worker is one',
    'cli/a.ts',
    "new Worker(new URL('../operator/b.ts', import.meta.url))",
    ['cli/a.ts imports operator'],
  ],
  [
    'an import over several lines is one',
    'api/a.ts',
    "import {\n  a,\n  b,\n} from 'undici';",
    ['api/a.ts imports undici'],
  ],
  ['an import for its effect is one', 'api/a.ts', "import 'undici/x';", ['api/a.ts imports undici']],
  ['the model does no I/O', 'model/a.ts', "import { readFileSync } from 'node:fs';", ['model/a.ts imports node:fs']],
  [
    'the runner knows no Kubernetes client',
    'runner/a.ts',
    "import k from '@kubernetes/client-node';",
    ['runner/a.ts imports @kubernetes/client-node'],
  ],
  [
    'nor does the operator outside of kube',
    'operator/a.ts',
    "import k from '@kubernetes/client-node';",
    ['operator/a.ts imports @kubernetes/client-node'],
  ],
  ['operator/kube does', 'operator/kube/a.ts', "import k from '@kubernetes/client-node';", []],
  ['the operator may import its kube folder', 'operator/loadtest/a.ts', "import { b } from '../kube/b.ts';", []],
];

for (const [name, path, source, expected] of cases) {
  test(`import rule: ${name}`, () => assert.deepEqual(forbidden(path, source), expected));
}
