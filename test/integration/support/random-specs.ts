import { seededRandom } from '../../../model/common/random.ts';
import { GOOD_SPECS, type Manifest } from '../../support/specs/good-specs.ts';
import { WRONG_LOAD_TESTS, WRONG_SCHEDULED_LOAD_TESTS } from '../../support/specs/wrong-specs.ts';

type Path = readonly (string | number)[];
type Random = () => number;

const WRONG = [...WRONG_LOAD_TESTS, ...WRONG_SCHEDULED_LOAD_TESTS].map(({ manifest }) => manifest);
const GOOD = GOOD_SPECS.map(([, manifest]) => manifest);

/** The values of all known specs by path without indexes. */
const CORPUS = Map.groupBy(
  [...GOOD, ...WRONG].flatMap((manifest) => pathsOf(manifest).map((path) => ({ path, value: at(manifest, path) }))),
  ({ path }) => kindOfPath(path),
);

const LENGTHS = [0, 1, 2, 16, 63, 64, 65, 253, 254, 256, 257, 1024, 1025, 4096, 4097];
const CHARACTERS = [
  'a',
  'Z',
  '0',
  '-',
  '_',
  '.',
  '/',
  ':',
  '$',
  '{',
  '}',
  ' ',
  '%',
  's',
  'm',
  '\n',
  'é',
  '😀',
  '\\',
  '"',
  '*',
  '[',
];
const STRANGE = [null, '', 0, -1, 1, 1.5, true, false, [], {}, 'x', '1s', '0s', '5%', 'http://a', ['x'], { name: 'a' }];

/**
 * Generates a manifest: a valid or sometimes an invalid one with a few changes. Most changes copy the value of another spec at the same path, so
 * that the manifest resembles real ones. The same seed yields the same manifest.
 */
export function randomManifest(seed: number): Manifest {
  const random = seededRandom(seed);
  const manifest = structuredClone(one(random, random() < 0.9 ? GOOD : WRONG));
  for (let changes = 1 + below(random, 4); changes > 0; changes--) {
    const paths = pathsOf(manifest).filter((path) => path[0] === 'spec');
    if (paths.length > 0) change(random, manifest, one(random, paths));
  }
  return manifest;
}

function change(random: Random, manifest: Manifest, path: Path): void {
  const what = random();
  if (what < 0.5) graft(random, manifest, path);
  else if (what < 0.62) remove(manifest, path);
  else if (what < 0.9) put(manifest, path, tweaked(random, at(manifest, path)));
  else if (what < 0.96) put(manifest, path, structuredClone(one(random, STRANGE)));
  else put(manifest, [...path.slice(0, -1), 'unknown'], 1);
}

/** Adds or replaces a field with one from another spec at the same path. */
function graft(random: Random, manifest: Manifest, path: Path): void {
  const parent = kindOfPath(path.slice(0, -1));
  const siblings = [...CORPUS.keys()].filter((kind) => kind.slice(0, kind.lastIndexOf('.')) === parent);
  const kind = typeof path.at(-1) === 'number' || siblings.length === 0 ? kindOfPath(path) : one(random, siblings);
  const { path: from, value } = one(random, CORPUS.get(kind) ?? [{ path, value: at(manifest, path) }]);
  put(
    manifest,
    [...path.slice(0, -1), typeof path.at(-1) === 'number' ? path.at(-1)! : from.at(-1)!],
    structuredClone(value),
  );
}

function tweaked(random: Random, value: unknown): unknown {
  if (typeof value === 'number')
    return one(random, [value + 1, value - 1, -value, value * 10, value / 2, 0, 2 ** 31, 2 ** 53, String(value)]);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) {
    const copies = value.length === 0 ? 0 : one(random, [1, 2, 17, 65]);
    return random() < 0.3
      ? value.toReversed()
      : [...value, ...Array.from({ length: copies }, () => structuredClone(one(random, value)))];
  }
  return typeof value === 'string' ? tweakedText(random, value) : value;
}

function tweakedText(random: Random, text: string): string {
  const i = below(random, text.length + 1);
  const c = one(random, CHARACTERS);
  return one(random, [
    () => text.slice(0, i) + c + text.slice(i),
    () => text.slice(0, i) + c + text.slice(i + 1),
    () => text.slice(0, i) + text.slice(i + 1),
    () => text + text,
    () => text.toUpperCase(),
    () => ` ${text}`,
    () =>
      text.replaceAll(/\d+/g, (digits) =>
        one(random, ['0', '1', `${digits}0`, `${digits}.5`, '9999999999', `-${digits}`]),
      ),
    () => (text || 'a').repeat(5000).slice(0, one(random, LENGTHS)),
  ])();
}

/** The paths of everything below an object's root. */
function pathsOf(node: unknown, path: Path = []): Path[] {
  if (typeof node !== 'object' || node === null) return [];
  const keys = Array.isArray(node) ? [...node.keys()] : Object.keys(node);
  return keys.flatMap((key) => [
    [...path, key],
    ...pathsOf((node as Record<PropertyKey, unknown>)[key], [...path, key]),
  ]);
}

/** The path without indexes. The spec in the template of a ScheduledLoadTest counts as a spec. */
function kindOfPath(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
  return text.replace('spec.loadTestTemplate.spec', 'spec');
}

function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, step) => (node as Record<PropertyKey, unknown>)[step], root);
}

function put(root: unknown, path: Path, value: unknown): void {
  (at(root, path.slice(0, -1)) as Record<PropertyKey, unknown>)[path.at(-1)!] = value;
}

function remove(root: unknown, path: Path): void {
  const parent = at(root, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(path.at(-1)), 1);
  else delete (parent as Record<PropertyKey, unknown>)[path.at(-1)!];
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function one<T>(random: Random, of: readonly T[]): T {
  return of[below(random, of.length)]!;
}
