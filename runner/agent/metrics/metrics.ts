import type { Snapshot } from '../../../model/measure/snapshot.ts';
import { BOUNDS } from './buckets.ts';
import { countFamilies } from './counts.ts';
import { generatorFamilies } from './generator.ts';
import { type Family, type MetricsFormat, textOf } from './text-format.ts';
import { timeFamilies } from './times.ts';

const PREFIX = 'loadtest_runner_';

/** The labels of every series of a runner. */
export const RUNNER_LABELS = ['loadtest_namespace', 'loadtest', 'runner'] as const;
export type RunnerLabels = Record<(typeof RUNNER_LABELS)[number], string>;

/**
 * The metric families of one runner with their series. All values come from the one snapshot, so that a scrape merges the snapshots of
 * the workers once. Before the load there is no snapshot: the families are present without the series that have names of the spec.
 * `bounds`: the upper bounds of the buckets in seconds, ascending.
 */
export function runnerFamilies(snapshot: Snapshot | undefined, bounds: readonly number[] = BOUNDS): Family[] {
  const families = [...countFamilies(snapshot), ...generatorFamilies(snapshot), ...timeFamilies(snapshot, bounds)];
  return families.map((family) => ({ ...family, name: PREFIX + family.name }));
}

/** The metrics of one runner as text. */
export function runnerMetrics(
  labels: RunnerLabels,
  snapshot: Snapshot | undefined,
  bounds?: readonly number[],
  format?: MetricsFormat,
): Promise<string> {
  return textOf(runnerFamilies(snapshot, bounds), labels, format);
}
