import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { baselineProblem } from '../../model/compare/baseline.ts';
import type { Summary } from '../../model/measure/summary.ts';
import type { Paint } from '../../render/common/paint.ts';
import { jsonReport, yamlReport } from '../../render/documents.ts';
import { textReport } from '../../render/text/report.ts';
import type { OutputOf } from '../arguments/command.ts';
import type { Runnable } from '../input/prepare-tests.ts';
import { type Result, resultCalled } from '../input/results.ts';
import { exitCodeOf, worstOf } from '../output/exit-codes.ts';
import type { Display } from '../terminal/display.ts';
import { progressLine } from '../terminal/progress.ts';
import { viewOfSummary } from '../terminal/view-of-run.ts';
import { runLocally } from './local-run.ts';
import { fewerRunners, threadsOf } from './worker-threads.ts';

export type RunOptions = {
  tests: readonly Runnable[];
  /** Results beside the tests that `compareWith` names. */
  baselines: readonly Result[];
  /** Results of another file, which come before those. */
  given: readonly Result[];
  /** Cores that threads can run on at once. */
  parallelism: number;
  now: () => number;
  /** Where the tests run, for their reports. */
  environment: ReportDocument['environment'];
  display: Display;
  /** Aborted when the load is to end before its plan does, with the exit code as the reason. */
  interrupt: AbortSignal;
  /** Ranges of addresses that load may go to although it does not by default. */
  allowAddresses: readonly string[];
};

/** A LoadTest with its final status, and its full result. */
export type Finished = { test: LoadTest; report: ReportDocument };

/** Runs LoadTests one after another; after an interrupt no further one begins. */
export async function runAll(options: RunOptions): Promise<{ finished: Finished[]; exitCode: number }> {
  const finished: Finished[] = [];
  for (const runnable of options.tests) {
    if (options.interrupt.aborted) break;
    finished.push(await runOne(withBaseline(runnable, finished, options), options));
  }
  const codes = finished.map(({ report }) => exitCodeOf(findCondition(report.status.conditions, 'Passed')));
  return { finished, exitCode: options.interrupt.aborted ? options.interrupt.reason : worstOf(codes) };
}

type Comparing = Runnable & { baseline?: Result | undefined };

/** A test with what it is to be compared with: a result that was given, or that stands or has run beside it. */
function withBaseline(runnable: Runnable, finished: readonly Finished[], { given, baselines }: RunOptions): Comparing {
  const { test } = runnable;
  const wanted = test.spec.compareWith;
  const result = givenFor(test, given);
  if (result !== undefined) {
    const compareWith = { maxRegression: '10%', ...wanted, name: result.name };
    return { ...runnable, test: { ...test, spec: { ...test.spec, compareWith } }, baseline: result };
  }
  const beside = finished.map(({ test: { metadata, spec }, report }): Result => {
    return { name: metadata.name ?? '', spec, status: report.status };
  });
  return { ...runnable, baseline: [...baselines, ...beside].findLast((r) => r.name === wanted?.name) };
}

/** Of the results that were given the one for a test: the one that it names, or is called as it is, or the only one. */
export function givenFor({ metadata, spec }: LoadTest, given: readonly Result[]): Result | undefined {
  return resultCalled(spec.compareWith?.name ?? metadata.name, given);
}

async function runOne({ test, values, baseline }: Comparing, options: RunOptions): Promise<Finished> {
  const { parallelism, now, display, interrupt, environment, allowAddresses } = options;
  const { replicas } = test.spec.runners;
  const runners = Math.min(replicas, parallelism);
  let before: Summary | undefined;
  display.begin(test);
  const fewer = fewerRunners(replicas, threadsOf(test.spec, runners, parallelism));
  if (fewer !== undefined) display.note(fewer);
  const { compareWith } = test.spec;
  const problem = compareWith && baselineProblem(compareWith.name, baseline);
  if (problem !== undefined) display.note(`spec.compareWith: ${problem}, so that the result will be inconclusive`);
  if (test.spec.suspend) display.note('spec.suspend is true; a local run runs all the same');
  try {
    const report = await runLocally({
      test,
      values,
      baseline,
      runners,
      cores: parallelism,
      now,
      interrupt,
      allowAddresses,
      environment,
      onProgress: (summary) => {
        display.progress(viewOfSummary(test.spec, before, summary), progressLine(before, summary));
        before = summary;
      },
      onRequestLogged: (line) => display.note(line),
      onWritten: (line) => display.note(withoutControls(line)),
    });
    return { test: { ...test, status: report.status }, report };
  } finally {
    display.end();
  }
}

/** A script may write what it was answered with: nothing of that is to move the cursor. */
function withoutControls(line: string): string {
  return line.replace(/[^\t\P{Cc}]/gu, '');
}

/** Finished LoadTests in the form that was asked for. */
export function render(tests: readonly LoadTest[], output: OutputOf<'run'>, paint: Paint): string {
  if (output === 'yaml') return yamlReport(tests);
  if (output === 'json') return jsonReport(tests);
  return tests.map((test) => `\n${textReport(test, paint)}`).join('\n');
}
