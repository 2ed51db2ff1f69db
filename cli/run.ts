import { findCondition } from '../api/conditions.ts';
import type { LoadTest } from '../api/loadtest.ts';
import { jsonReport, yamlReport } from '../report/documents.ts';
import type { Paint } from '../report/paint.ts';
import { textReport } from '../report/text.ts';
import type { Output } from './arguments.ts';
import type { Display } from './display.ts';
import { exitCodeOf, worstOf } from './exit.ts';
import { runLocally } from './local.ts';
import type { Runnable } from './prepare.ts';

export type RunOptions = {
  tests: readonly Runnable[];
  /** Cores that threads can run on at once. */
  parallelism: number;
  now: () => number;
  display: Display;
  /** Aborted when the load is to end before its plan does, with the exit code as the reason. */
  interrupt: AbortSignal;
};

/** Runs LoadTests one after another; after an interrupt no further one begins. */
export async function runAll(options: RunOptions): Promise<{ finished: LoadTest[]; exitCode: number }> {
  const finished: LoadTest[] = [];
  for (const runnable of options.tests) {
    if (options.interrupt.aborted) break;
    finished.push(await runOne(runnable, options));
  }
  const codes = finished.map((test) => exitCodeOf(findCondition(test.status?.conditions, 'Passed')));
  return { finished, exitCode: options.interrupt.aborted ? options.interrupt.reason : worstOf(codes) };
}

async function runOne({ test, values }: Runnable, options: RunOptions): Promise<LoadTest> {
  const { parallelism, now, display, interrupt } = options;
  const { replicas } = test.spec.runners;
  const runners = Math.min(replicas, parallelism);
  display.begin(test);
  if (runners < replicas) {
    display.note(
      `runs on ${runners} worker ${runners === 1 ? 'thread' : 'threads'} in the place of ${replicas} runners: this machine has no more cores`,
    );
  }
  if (test.spec.suspend) display.note('spec.suspend is true; a local run runs all the same');
  try {
    return await runLocally({
      test,
      values,
      runners,
      now,
      interrupt,
      onProgress: (summary) => display.progress(summary),
      onSample: (line) => display.note(line),
    });
  } finally {
    display.end();
  }
}

/** Finished LoadTests in the form that was asked for. */
export function render(tests: readonly LoadTest[], output: Output, paint: Paint): string {
  if (output === 'yaml') return yamlReport(tests);
  if (output === 'json') return jsonReport(tests);
  return tests.map((test) => `\n${textReport(test, paint)}`).join('\n');
}
