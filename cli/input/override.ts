import { readYaml } from './yaml/read-yaml.ts';

/** One `--set`: a path in the spec and the value for it. `text` is the argument, for problems. */
export type Override = { text: string; path: Step[]; value: unknown };

const PATH = /^(?:[^.[\]=\\]|\\.)+(?:\[\d+\])*(?:\.(?:[^.[\]=\\]|\\.)+(?:\[\d+\])*)*$/;
const STEP = /\[(\d+)\]|((?:[^.[\]\\]|\\.)+)/g;

/** Parses an override such as "load.open.stages[0].rate=100". */
export function parseOverride(text: string): { override: Override } | { problem: string } {
  const at = text.indexOf('=');
  if (at < 0) return { problem: `--set ${text}: must be PATH=VALUE` };
  const path = text.slice(0, at);
  if (!PATH.test(path))
    return { problem: `--set ${text}: ${path || 'the empty path'} is not a path such as load.open.stages[0].rate` };
  if (/^spec[.[]/.test(path))
    return { problem: `--set ${text}: paths start inside the spec: ${path.replace(/^spec[.]?/, '')}` };
  const { values, faults } = readYaml(text.slice(at + 1));
  if (faults.length > 0) return { problem: `--set ${text}: the value is not YAML: ${faults[0]!.message}` };
  return { override: { text, path: steps(path), value: values[0] ?? null } };
}

function steps(path: string): Step[] {
  return [...path.matchAll(STEP)].map(([, index, name]) =>
    index === undefined ? name!.replaceAll(/\\(.)/g, '$1') : Number(index),
  );
}

/** Parses several overrides; a problem for each malformed one. */
export function parseOverrides(texts: readonly string[]): { overrides: Override[] } | { problems: string[] } {
  const parsed = texts.map(parseOverride);
  const problems = parsed.flatMap((p) => ('problem' in p ? [p.problem] : []));
  return problems.length > 0
    ? { problems }
    : { overrides: parsed.flatMap((p) => ('override' in p ? [p.override] : [])) };
}

/** Applies overrides in order, up to the first problem. */
export function applyOverrides(
  spec: unknown,
  overrides: readonly Override[],
): { spec: unknown } | { problems: string[] } {
  let changed = spec;
  for (const override of overrides) {
    const applied = applyOverride(changed, override);
    if ('problem' in applied) return { problems: [applied.problem] };
    changed = applied.spec;
  }
  return { spec: changed };
}

/**
 * Returns a copy of `spec` with the override. Missing objects on the path are created, a list accepts an existing index or the next one,
 * and null removes. The schema checks later whether the fields exist.
 */
export function applyOverride(spec: unknown, { text, path, value }: Override): { spec: unknown } | { problem: string } {
  const problem = obstacle(spec, path);
  return problem === undefined ? { spec: put(spec, path, value) } : { problem: `--set ${text}: ${problem}` };
}

type Step = string | number;
type Node = Record<Step, unknown>;

/** Why the path cannot be followed; undefined if it can. */
function obstacle(spec: unknown, path: readonly Step[]): string | undefined {
  let node = spec;
  for (const [i, step] of path.entries()) {
    if (node === undefined || node === null) return firstOfMissing(path.slice(i));
    const problem = stepProblem(node, step, i === 0 ? 'the spec' : path.slice(0, i).join('.'));
    if (problem !== undefined) return problem;
    node = (node as Node)[step];
  }
  return undefined;
}

/** Why `node`, which is called `name`, does not have `step`: it is of another type, or a shorter list. */
function stepProblem(node: NonNullable<unknown>, step: Step, name: string): string | undefined {
  if (Array.isArray(node))
    return typeof step === 'string' ? `${name} is a list` : step > node.length ? pastEnd(step, node.length) : undefined;
  if (typeof node !== 'object') return `${name} is a plain value`;
  return typeof step === 'number' ? `${name} is an object` : undefined;
}

/** A created list is empty, so only its first index can be set. */
function firstOfMissing(path: readonly Step[]): string | undefined {
  const index = path.find((step) => typeof step === 'number' && step > 0);
  return index === undefined ? undefined : pastEnd(index as number, 0);
}

function pastEnd(index: number, length: number): string {
  return `[${index}] is past the end of a list of ${length}`;
}

function put(node: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  const child = put((node as Node | null | undefined)?.[step], rest, value);
  if (typeof step === 'number') {
    const list = (node ?? []) as unknown[];
    return child === null ? list.toSpliced(step, 1) : list.toSpliced(step, 1, child);
  }
  const { [step]: _, ...others } = (node ?? {}) as Node;
  return child === null ? others : { ...(node as Node | null | undefined), [step]: child };
}
