import { shownJson, shownLine, shownValue } from '../../api/common/shown/text.ts';
import type { Comparison } from '../../api/status/comparison.ts';
import { baselineProblem, compareWith } from '../../model/compare/baseline.ts';
import { readIntervals } from '../../model/compare/intervals.ts';
import { comparisonMarkdown, comparisonText } from '../../render/common/comparison.ts';
import type { CommandCalled, OutputOf } from '../arguments/command.ts';
import { getLoadTest } from '../cluster/cluster-loadtest.ts';
import { type Kubectl, kubectlFor } from '../cluster/kubectl.ts';
import { fromFile, isFile } from '../input/files.ts';
import { type Result, readResults } from '../input/results.ts';
import { EXIT } from '../output/exit-codes.ts';
import { paintFor, refuse } from '../terminal/terminal.ts';

const CODES: Record<Comparison['result'], number> = {
  Unchanged: EXIT.passed,
  Improved: EXIT.passed,
  Regressed: EXIT.failed,
  TooNoisy: EXIT.inconclusive,
  NotComparable: EXIT.inconclusive,
};

/** Prints how the second of two results differs from the first; resolves to the exit code of the comparison. */
export async function compareCommand(command: CommandCalled<'compare'>): Promise<number> {
  const kubectl = kubectlFor(command.cluster);
  const found = await Promise.all([command.baseline, command.observed].map((source) => resultFrom(source, kubectl)));
  const problems = found.flatMap((f) => ('problems' in f ? f.problems : []));
  if (problems.length > 0) return refuse(problems);
  const [baseline, observed] = found.flatMap((f) => ('result' in f ? [f.result] : []));
  const comparison = compareResults(baseline!, observed!, command.maxRegression);
  process.stdout.write(render(comparison, observed!.name, command.output));
  return CODES[comparison.result];
}

/** Compares two results, like `spec.compareWith` of the second, whose choice of metrics holds. */
export function compareResults(baseline: Result, observed: Result, maxRegression: string): Comparison {
  const { spec, status } = observed;
  const name = baseline.name === observed.name ? 'the baseline' : baseline.name;
  const problem = baselineProblem(observed.name, observed);
  if (problem !== undefined)
    return { baseline: name, maxRegression, result: 'NotComparable', message: problem, metrics: [] };
  const intervals = status.windows && readIntervals(status.windows);
  const wanted = { name, maxRegression, metrics: spec.compareWith?.metrics };
  return compareWith(wanted, baseline, { spec, intervals, capacity: status.capacity }).comparison;
}

function render(comparison: Comparison, name: string, output: OutputOf<'compare'>): string {
  if (output === 'json') return `${shownJson(comparison, 2)}\n`;
  if (output === 'markdown') return `${comparisonMarkdown(comparison, name).join('\n\n')}\n`;
  return `${comparisonText(shownValue(comparison), shownLine(name), paintFor(process.stdout)).join('\n')}\n`;
}

async function resultFrom(source: string, kubectl: Kubectl): Promise<OneResult> {
  return isFile(source) ? fromFile(source, oneResult) : resultFromCluster(kubectl, source);
}

type OneResult = { result: Result } | { problems: string[] };

function oneResult(text: string, file: string): OneResult {
  const found = readResults(text, file);
  if ('problems' in found) return found;
  const [result, ...others] = found.results;
  if (others.length > 0) return { problems: [`${file}: must hold one result, not ${found.results.length}`] };
  return { result: result! };
}

async function resultFromCluster(kubectl: Kubectl, name: string): Promise<OneResult> {
  const found = await getLoadTest(kubectl, name);
  if ('problem' in found) return { problems: [found.problem] };
  const { spec, status } = found.test;
  return spec === undefined ? { problems: [`LoadTest ${name} is not valid`] } : { result: { name, spec, status } };
}
