import { baselineProblem } from '../../../model/compare/baseline.ts';
import { differenceOf } from '../../../model/compare/same-load.ts';
import type { AcceptedLoadTest, LoadTestResource } from '../../loadtest/resources/loadtest-resource.ts';
import { hasEnded, hasPassed, newestFirst } from '../runs.ts';
import type { AcceptedSchedule } from '../scheduled-resource.ts';

/** The earlier run that `compareWith.previous` means, or the reason why there is none. */
export type Previous = { name: string; problem?: undefined } | { name?: undefined; problem: string };

/**
 * Resolves `spec.compareWith.previous` of the template among the existing runs of its schedule: the newest one that can be compared with a run
 * of the template. Runs of another load are not considered: otherwise, none would pass again after a change of the load, as each would be
 * inconclusive against the last passed one before it. Undefined when the template does not ask for one.
 */
export function previousRun(
  { spec, status }: Pick<AcceptedSchedule, 'spec' | 'status'>,
  tests: readonly LoadTestResource[],
): Previous | undefined {
  const template = spec.loadTestTemplate.spec;
  const previous = template.compareWith?.previous;
  if (previous === undefined) return undefined;
  const isMeant = (passed: boolean) => passed || previous === 'Last';
  const ended = newestFirst(
    tests.filter((test) => hasEnded(test) && isMeant(hasPassed(test)) && test.metadata.deletionTimestamp === undefined),
  );
  const judged = ended.map((test) => ({ name: test.metadata.name, problem: problemOf(test, template) }));
  const usable = judged.find(({ problem }) => problem === undefined);
  if (usable !== undefined) return { name: usable.name };
  const [newest] = judged;
  if (newest?.problem !== undefined) return { problem: newest.problem };
  const gone = (status.history ?? []).find((run) => isMeant(run.passed === 'True'));
  const what = previous === 'Last' ? 'ended' : 'passed';
  return { problem: gone === undefined ? `no earlier run has ${what}` : `${gone.name} has ${what}, but is deleted` };
}

/** Why a run cannot be the baseline of a run with the spec of the template. */
function problemOf({ metadata: { name }, spec, status }: LoadTestResource, template: AcceptedLoadTest['spec']) {
  const problem = baselineProblem(name, { spec, status });
  const difference = spec && differenceOf(spec, template);
  return problem ?? (difference === undefined ? undefined : `${difference} differs from that of ${name}`);
}

/** The names of ended runs with which others are, or will be compared. They outlive the limits of the history. */
export function baselinesOf(
  schedule: AcceptedSchedule,
  active: readonly LoadTestResource[],
  ended: readonly LoadTestResource[],
): ReadonlySet<string> {
  const next = previousRun(schedule, ended)?.name;
  const named = active.flatMap(({ spec }) => spec?.compareWith?.name ?? []);
  return new Set(next === undefined ? named : [...named, next]);
}
