import { existsSync } from 'node:fs';
import type { Comparison } from '../api/comparison.ts';
import { baselineProblem, compareWith } from '../model/baseline.ts';
import { readWindows } from '../model/windows.ts';
import { comparisonMarkdown, comparisonText } from '../report/comparison.ts';
import type { Command } from './arguments.ts';
import { loadTestCalled } from './cluster.ts';
import { EXIT } from './exit.ts';
import { type Kubectl, kubectlFor } from './kubectl.ts';
import { type Result, readResults } from './results.ts';
import { fileName, paintFor, read, refuse } from './terminal.ts';

const CODES: Record<Comparison['result'], number> = {
  Unchanged: EXIT.passed,
  Improved: EXIT.passed,
  Regressed: EXIT.failed,
  NotComparable: EXIT.inconclusive,
};

/** Prints how the second of two results differs from the first; resolves to the exit code of the answer. */
export async function compareCommand(command: Extract<Command, { name: 'compare' }>): Promise<number> {
  const kubectl = kubectlFor(command.cluster);
  const found = await Promise.all([command.baseline, command.observed].map((source) => resultFrom(source, kubectl)));
  const problems = found.flatMap((f) => ('problems' in f ? f.problems : []));
  if (problems.length > 0) return refuse(problems);
  const [baseline, observed] = found.flatMap((f) => ('result' in f ? [f.result] : []));
  const comparison = compareResults(baseline!, observed!, command.maxRegression);
  process.stdout.write(render(comparison, observed!.name, command.output));
  return CODES[comparison.result];
}

/** Holds one result against another, as `spec.compareWith` of the second one would have. */
export function compareResults(baseline: Result, observed: Result, maxRegression: string): Comparison {
  const { spec, status } = observed;
  const name = baseline.name === observed.name ? 'the baseline' : baseline.name;
  const problem = baselineProblem(observed.name, observed);
  if (problem !== undefined)
    return { baseline: name, maxRegression, result: 'NotComparable', message: problem, metrics: [] };
  const windows = status.windows && readWindows(status.windows);
  return compareWith({ name, maxRegression }, baseline, { spec, windows }).comparison;
}

function render(comparison: Comparison, name: string, output: 'text' | 'json' | 'markdown'): string {
  if (output === 'json') return `${JSON.stringify(comparison, null, 2)}\n`;
  if (output === 'markdown') return `${comparisonMarkdown(comparison, name).join('\n\n')}\n`;
  return `${comparisonText(comparison, name, paintFor(process.stdout)).join('\n')}\n`;
}

/** The one result in a file, or of the LoadTest of that name in the cluster. */
async function resultFrom(source: string, kubectl: Kubectl): Promise<{ result: Result } | { problems: string[] }> {
  const isFile = source === '-' || source.includes('/') || existsSync(source);
  if (!isFile) {
    const found = await loadTestCalled(kubectl, source);
    if ('problem' in found) return { problems: [found.problem] };
    const { spec, status } = found.test;
    return spec === undefined
      ? { problems: [`LoadTest ${source} is not valid`] }
      : { result: { name: source, spec, status } };
  }
  const text = read(source);
  if (typeof text !== 'string') return { problems: [text.problem] };
  const found = readResults(text, fileName(source));
  if ('problems' in found) return found;
  const [result, ...others] = found.results;
  if (others.length > 0)
    return { problems: [`${fileName(source)}: must hold one result, not ${found.results.length}`] };
  return { result: result! };
}
