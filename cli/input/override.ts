import { parseDocument } from 'yaml';

/** One `--set`: where in the spec, and what. */
export type Override = { text: string; path: Step[]; value: unknown };

const PATH = /^(?:[^.[\]=\\]|\\.)+(?:\[\d+\])*(?:\.(?:[^.[\]=\\]|\\.)+(?:\[\d+\])*)*$/;
const STEP = /\[(\d+)\]|((?:[^.[\]\\]|\\.)+)/g;

/** Reads "load.open.stages[0].rate=100"; a problem names what is wrong with the text. */
export function parseOverride(text: string): { override: Override } | { problem: string } {
  const at = text.indexOf('=');
  if (at < 0) return { problem: `--set ${text}: must be PATH=VALUE` };
  const path = text.slice(0, at);
  if (!PATH.test(path))
    return { problem: `--set ${text}: ${path || 'the empty path'} is no path such as load.open.stages[0].rate` };
  if (/^spec[.[]/.test(path))
    return { problem: `--set ${text}: a path begins inside the spec: ${path.replace(/^spec[.]?/, '')}` };
  const yaml = parseDocument(text.slice(at + 1));
  if (yaml.errors.length > 0)
    return { problem: `--set ${text}: the value is no YAML: ${yaml.errors[0]!.message.split('\n')[0]}` };
  return { override: { text, path: steps(path), value: yaml.toJS() } };
}

function steps(path: string): Step[] {
  return [...path.matchAll(STEP)].map(([, index, name]) =>
    index === undefined ? name!.replaceAll(/\\(.)/g, '$1') : Number(index),
  );
}

/** Reads several; a problem for each that is wrong. */
export function parseOverrides(texts: readonly string[]): { overrides: Override[] } | { problems: string[] } {
  const parsed = texts.map(parseOverride);
  const problems = parsed.flatMap((p) => ('problem' in p ? [p.problem] : []));
  return problems.length > 0
    ? { problems }
    : { overrides: parsed.flatMap((p) => ('override' in p ? [p.override] : [])) };
}

/** `spec` with one override after the other in it; the first problem ends it. */
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
 * `spec` with the override in it; `spec` itself stays as it is. Objects on the way are made when they are missing, a list takes an
 * index that it has or the next one, and null removes. Whether the fields exist is for the schema to say.
 */
export function applyOverride(spec: unknown, { text, path, value }: Override): { spec: unknown } | { problem: string } {
  const problem = obstacle(spec, path);
  return problem === undefined ? { spec: put(spec, path, value) } : { problem: `--set ${text}: ${problem}` };
}

type Step = string | number;
type Node = Record<Step, unknown>;

/** Why the path cannot be followed, undefined if it can. */
function obstacle(spec: unknown, path: readonly Step[]): string | undefined {
  let node = spec;
  for (const [i, step] of path.entries()) {
    if (node === undefined || node === null) return firstOfMissing(path.slice(i));
    if (typeof node !== 'object' || Array.isArray(node) !== (typeof step === 'number')) {
      const what = i === 0 ? 'the spec' : path.slice(0, i).join('.');
      return `${what} is ${Array.isArray(node) ? 'a list' : typeof node === 'object' ? 'an object' : 'a plain value'}`;
    }
    if (Array.isArray(node) && (step as number) > node.length) return pastEnd(step as number, node.length);
    node = (node as Node)[step];
  }
  return undefined;
}

/** What is made on the way starts empty, so that only a list's first place can be set. */
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
