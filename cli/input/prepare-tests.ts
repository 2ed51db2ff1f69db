import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import { isTrue } from '../../api/status/conditions.ts';
import { ofLoadTest } from './document-test.ts';
import { isOurs, type KubeObject, type ParsedObjects, parseObjects, placed } from './documents.ts';
import { readingNotes } from './notes/reading-notes.ts';
import { applyOverrides, type Override, parseOverrides } from './override.ts';
import { type FromElsewhere, NOTHING, resolveValues } from './resolve-values.ts';
import type { Result } from './results.ts';
import { formatProblem, identify, type PositionOf, twiceProblems, validateObject } from './validate.ts';
import { valueProblem, valueProblemOf } from './value-problems.ts';

/** A valid LoadTest with its defaults and overrides, and the values that it refers to. */
export type Runnable = { test: LoadTest; values: ReadonlyMap<string, Buffer>; positionOf?: PositionOf };

/**
 * The LoadTests of a file that are ready to run, the complete ones that serve as baselines, and notes on skipped documents; or every
 * problem. `makeName` completes a generateName, as the API server does.
 */
export function prepareTests(
  text: string,
  file: string,
  sets: readonly string[],
  makeName: (prefix: string) => string,
  elsewhere: FromElsewhere = NOTHING,
): { tests: Runnable[]; baselines: Result[]; notes: string[] } | { problems: string[] } {
  const set = parseOverrides(sets);
  const parsed = parseObjects(text, file);
  if ('problems' in set || 'problems' in parsed)
    return { problems: [set, parsed].flatMap((p) => ('problems' in p ? p.problems : [])) };

  const [ours, others] = partition(parsed.objects, (o) => isOurs(o) || o.kind === 'Secret' || o.kind === 'ConfigMap');
  const checked = ours.map((object) => checkObject(object, set.overrides, file, parsed.places));
  const twice = twiceProblems({ ...parsed, objects: ours }, file).map(formatProblem);
  const problems = [...checked.flatMap((c) => ('problems' in c ? c.problems : [])), ...twice];
  if (problems.length > 0) return { problems };

  const holders = checked.flatMap((c) => ('holder' in c ? [c.holder] : []));
  const [finished, open] = partition(
    checked.flatMap((c) => ('test' in c ? [c] : [])),
    ({ test }, all) =>
      isBaseline(
        test,
        all.map((one) => one.test),
      ),
  );
  const tests = open.map(({ test, positionOf }) => ({ test: named(test, makeName), positionOf }));
  const baselines = finished.map(({ test: { metadata, spec, status = {} } }) => ({
    name: metadata.name ?? '',
    spec,
    status,
  }));
  const scheduled = ours.filter(({ kind }) => kind === 'ScheduledLoadTest');
  if (tests.length === 0) return { problems: [`${file}: it contains no LoadTest${inClusterText(scheduled)}`] };
  const resolved = tests.map((one) => ({
    ...one,
    ...withData(one.test, resolveValues(one.test, holders, elsewhere)),
  }));
  const missing = resolved.flatMap((r) =>
    'problems' in r
      ? r.problems.map((message) => formatProblem(valueProblemOf(ofLoadTest(r.test, r.positionOf), message, file)))
      : [],
  );
  if (missing.length > 0) return { problems: missing };
  const skipped = [...others, ...scheduled];
  return {
    tests: resolved.flatMap((r) => ('values' in r ? [r] : [])),
    baselines,
    notes: [
      ...skipped.map((o) => `${file}: ${o.kind} ${o.metadata?.name ?? ''} is skipped: only LoadTests run here`),
      ...readingNotes(ours, file, parsed.places),
      ...baselines.map(({ name }) => `${file}: LoadTest ${name} is complete and serves as a baseline`),
    ],
  };
}

/** How the runs of schedules that a file has come about; empty without one. */
function inClusterText([first]: readonly KubeObject[]): string {
  const name = first?.metadata?.name;
  if (name === undefined) return '';
  return `; ScheduledLoadTest ${name} runs in a cluster: loadtest trigger ${name} creates a run of it there`;
}

/** The values, if they are valid where they are used. */
function withData(test: LoadTest, resolved: ReturnType<typeof resolveValues>): ReturnType<typeof resolveValues> {
  if ('problems' in resolved) return resolved;
  const problem = valueProblem(test.spec, resolved.values);
  return problem === undefined ? resolved : { problems: [problem] };
}

type Checked =
  | { test: LoadTest; positionOf: PositionOf }
  | { holder: KubeObject }
  | { problems: string[] }
  | { skipped: true };

function checkObject(
  object: KubeObject,
  overrides: readonly Override[],
  file: string,
  places: ParsedObjects['places'],
): Checked {
  const changed = object.kind === 'LoadTest' ? override(object, overrides) : { object };
  if ('problems' in changed) return changed;
  const result = validateObject(changed.object);
  if ('problems' in result) {
    const problems = result.problems.map((p) => ({ file, ...identify(object), ...placed(object, p, places) }));
    return { problems: problems.map(formatProblem) };
  }
  const { document } = result;
  if (document.kind === 'LoadTest')
    return { test: document.test, positionOf: (path) => places.at(object, path).position };
  return document.kind === 'ScheduledLoadTest' ? { skipped: true } : { holder: document.object };
}

function override(object: KubeObject, overrides: readonly Override[]): { object: KubeObject } | { problems: string[] } {
  const changed = applyOverrides(object.spec, overrides);
  return 'problems' in changed ? changed : { object: { ...object, spec: changed.spec } };
}

/** Whether a LoadTest is complete and another one in the file is compared with it. */
function isBaseline({ metadata, status }: LoadTest, all: readonly LoadTest[]): boolean {
  const isNamed = all.some(({ spec }) => metadata.name !== undefined && spec.compareWith?.name === metadata.name);
  return isNamed && isTrue(status?.conditions, 'Complete');
}

/** A LoadTest with a name and without the status of an earlier run. */
function named({ status: _, ...test }: LoadTest, makeName: (prefix: string) => string): LoadTest {
  const { name, generateName = '' } = test.metadata;
  return { ...test, metadata: { ...test.metadata, name: name ?? makeName(generateName) } };
}

function partition<T>(list: readonly T[], keep: (item: T, all: readonly T[]) => boolean): [T[], T[]] {
  return [list.filter((item) => keep(item, list)), list.filter((item) => !keep(item, list))];
}
