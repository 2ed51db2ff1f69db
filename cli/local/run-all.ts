import { randomUUID } from 'node:crypto';
import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { comparisonWith } from '../../api/status/comparison.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { baselineProblem } from '../../model/compare/baseline.ts';
import type { Summary } from '../../model/measure/summary.ts';
import { jsonReport, yamlReport } from '../../render/documents.ts';
import { type TextForm, textReport } from '../../render/text/report.ts';
import type { OutputOf } from '../arguments/command.ts';
import type { Runnable } from '../input/prepare-tests.ts';
import { type Result, resultCalled } from '../input/results.ts';
import { exitCodeOf, worstOf } from '../output/exit-codes.ts';
import type { Display } from '../terminal/display.ts';
import { ProgressLines } from '../terminal/progress.ts';
import { SearchLines, searchPlan } from '../terminal/search-view.ts';
import { Seconds } from '../terminal/seconds.ts';
import { viewOfSummary } from '../terminal/view-of-run.ts';
import { runLocally } from './local-run.ts';
import type { OtlpPush } from './otlp-push.ts';
import { fewerRunners, threadsOf } from './worker-threads.ts';

export type RunOptions = {
  tests: readonly Runnable[];
  /** Complete tests of the same file, which `compareWith` may name. */
  baselines: readonly Result[];
  /** Results of the file of --baseline, which take precedence. */
  given: readonly Result[];
  /** The cores of this machine. */
  parallelism: number;
  now: () => number;
  /** The environment of the tests, for their reports. */
  environment: ReportDocument['environment'];
  display: Display;
  /** Ends the load before its plan does; its reason is the exit code. */
  interrupt: AbortSignal;
  /** Address ranges that are allowed although they are denied by default. */
  allowAddresses: readonly string[];
  /** Takes the figures of the runs to an OTLP endpoint, if there is one. */
  push?: OtlpPush | undefined;
};

/** A LoadTest with its final status, and its full result. */
export type FinishedRun = { test: LoadTest; report: ReportDocument };

/** Runs LoadTests one after another, until the first interrupt. */
export async function runAll(options: RunOptions): Promise<{ finished: FinishedRun[]; exitCode: number }> {
  const finished: FinishedRun[] = [];
  for (const runnable of options.tests) {
    if (options.interrupt.aborted) break;
    finished.push(await runOne(withBaseline(runnable, finished, options), options));
  }
  const codes = finished.map(({ report }) => exitCodeOf(findCondition(report.status.conditions, 'Passed')));
  return { finished, exitCode: options.interrupt.aborted ? options.interrupt.reason : worstOf(codes) };
}

type Comparing = Runnable & { baseline?: Result | undefined };

/** A test with its baseline: a given result, a complete test of the same file, or one that has run before it. */
function withBaseline(
  runnable: Runnable,
  finished: readonly FinishedRun[],
  { given, baselines }: RunOptions,
): Comparing {
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

/** The given result for a test: the one that its compareWith names, the one of the same name, or the only one. */
export function givenFor({ metadata, spec }: LoadTest, given: readonly Result[]): Result | undefined {
  return resultCalled(spec.compareWith?.name ?? metadata.name, given);
}

async function runOne({ test, values, baseline }: Comparing, options: RunOptions): Promise<FinishedRun> {
  const { parallelism, now, display, interrupt, environment, allowAddresses } = options;
  const { replicas } = test.spec.runners;
  const runners = Math.min(replicas, parallelism);
  let before: Summary | undefined;
  const lines = new ProgressLines(test.spec);
  const searchLines = new SearchLines(test.spec);
  const seconds = new Seconds();
  const { namespace, name = '', uid = randomUUID() } = test.metadata;
  const push = options.push?.of({ namespace, name, uid }, test.spec);
  display.begin(test);
  const fewer = fewerRunners(replicas, threadsOf(test.spec, runners, parallelism));
  if (fewer !== undefined) display.note(fewer);
  const wanted = comparisonWith(test.spec);
  const problem = wanted && baselineProblem(wanted.name, baseline);
  if (problem !== undefined) display.note(`spec.compareWith: ${problem}, so the result will be inconclusive`);
  const plan = searchPlan(test.spec);
  if (plan !== undefined) display.note(plan);
  if (test.spec.suspend) display.note('spec.suspend is true; a local run ignores it');
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
      onProgress: (summary, search) => {
        const view = viewOfSummary(test.spec, before, summary, seconds.add(before, summary), search);
        const trial = search.capacity && searchLines.next(search, summary.elapsedMs);
        display.progress(view, search.capacity === undefined ? lines.next(summary) : trial);
        before = summary;
        push?.measured(summary, search.loadStartTime);
      },
      onRequestLogged: (line) => display.note(line),
      onWritten: (line) => display.note(line),
    });
    display.progress(undefined, plan === undefined ? lines.last() : undefined);
    await push?.ended(report.status);
    return { test: { ...test, status: report.status }, report };
  } finally {
    display.end();
  }
}

/** Renders finished LoadTests in the form of --output. */
export function render(tests: readonly LoadTest[], output: OutputOf<'run'>, form: TextForm): string {
  if (output === 'yaml') return yamlReport(tests);
  if (output === 'json') return jsonReport(tests);
  return tests.map((test) => `\n${textReport(test, form)}`).join('\n');
}
