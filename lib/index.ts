import { availableParallelism } from 'node:os';
import { usToSeconds } from '../api/common/duration.ts';
import { VERSION } from '../api/common/version.ts';
import { thresholdsOf, thresholdText } from '../api/loadtest/threshold.ts';
import { findCondition } from '../api/status/conditions.ts';
import { checkedTests } from '../cli/input/checked-tests.ts';
import { runAll } from '../cli/local/run-all.ts';
import { EXIT } from '../cli/output/exit-codes.ts';
import { loadModelOf } from '../model/load/load-models.ts';
import { readCpuLimits } from '../runner/process/cgroup.ts';
import { threadsWithin } from '../runner/process/cgroup-files.ts';
import { machine } from '../runner/process/machine.ts';
import type * as Public from './public.d.ts';

// The library of the npm package. public.d.ts declares and describes it; the types here hold each function to its declaration.

/** The name of a source in its problems. */
const NAME = 'source';

export const SourceInvalid: typeof Public.SourceInvalid = class extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SourceInvalid';
    this.problems = problems;
  }
};

export const plan: typeof Public.plan = async (source, { set = [] } = {}) => {
  const { tests } = await testsOf(source, set);
  return tests.map(({ test: { metadata, spec } }) => {
    const load = loadModelOf(spec.load);
    return {
      name: metadata.name ?? '',
      description: load.description(),
      seconds: Number.isFinite(load.lengthUs) ? usToSeconds(load.lengthUs) : undefined,
      arrivals: load.arrivalsUntil(load.lengthUs),
      peakPerSecond: load.peakPerSecond,
      thresholds: thresholdsOf(spec).map(thresholdText),
    };
  });
};

export const run: typeof Public.run = async (source, { set = [], allowAddresses = [], signal, onLine } = {}) => {
  const { tests, baselines, notes } = await testsOf(source, set);
  const note = onLine ?? (() => {});
  notes.forEach(note);
  const { finished } = await runAll({
    tests,
    baselines,
    given: [],
    parallelism: threadsWithin(readCpuLimits().cores, availableParallelism()),
    now: Date.now,
    environment: { version: VERSION, machine: machine() },
    display: { begin: () => {}, progress: (_, line) => line !== undefined && note(line), note, end: () => {} },
    interrupt: interruptOf(signal),
    allowAddresses,
  });
  return finished.map(({ report }) => report);
};

export const judge: typeof Public.judge = ({ status }) => {
  const { status: passed, reason, message } = findCondition(status?.conditions, 'Passed') ?? UNDECIDED;
  return { verdict: VERDICTS[passed], reason, message };
};

const VERDICTS = { True: 'passed', False: 'failed', Unknown: 'inconclusive' } as const;
const UNDECIDED = { status: 'Unknown', reason: 'Undecided', message: 'the test is not complete' } as const;

async function testsOf(source: Public.Source, set: readonly string[]) {
  const checked = await checkedTests(textOf(source), NAME, set);
  if ('problems' in checked) throw new SourceInvalid(checked.problems.map((p) => withoutPlace(p, source)));
  return checked;
}

/** A problem without line and column, which only a text has. */
function withoutPlace(problem: string, source: Public.Source): string {
  return typeof source === 'string' ? problem : problem.replace(/^source:[0-9]+:[0-9]+:/, 'source:');
}

/** The source as the text of a file, because only text is checked as a file is: JSON is YAML, and a List holds several objects. */
function textOf(source: Public.Source): string {
  if (typeof source === 'string') return source;
  return JSON.stringify(Array.isArray(source) ? { apiVersion: 'v1', kind: 'List', items: source } : source);
}

/** The signal that ends a run, whose reason is the exit code of an interrupted command. */
function interruptOf(signal: AbortSignal | undefined): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => controller.abort(EXIT.interrupted);
  if (signal?.aborted) interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  return controller.signal;
}
