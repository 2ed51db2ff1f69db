import { toStderr, type Write } from '../process/line-output.ts';
import { readTable } from '../request/variables.ts';
import { redactedText } from '../script/redacted-problem.ts';
import type { ScriptHost, ScriptUnfit } from '../script/script-host.ts';
import type { Values } from '../values/referenced-values.ts';
import { notTextProblem } from '../values/utf8-text.ts';
import { ScriptInvalid } from '../workers/thread-errors.ts';
import type { Patience } from '../workers/watchdog.ts';
import { heapLimitOf, type RunnerPool, type Share, startWorkers } from '../workers/worker-pool.ts';
import { preflight } from './preflight.ts';
import { runnerFailed, type Unfit } from './unfit.ts';

/** A worker pool that is ready to start and, on the first runner of a test with a script, that script after its setup. */
export type Prepared = { pool: RunnerPool; script: ScriptHost | undefined };

export type PrepareOptions = {
  /** Receives the lines of the request log. */
  print: (line: string) => void;
  /** Receives the output of the threads, redacted and without control characters; standard error by default. */
  write?: Write;
  /** The time without a message after which a worker thread is terminated. */
  patience?: Patience;
  /** Ends the preparation at any step. */
  interrupt?: AbortSignal;
};

const INTERRUPTED: Unfit = { reason: 'Interrupted', problem: 'interrupted before the load began' };

/**
 * Prepares a load: runs the preflight, reads the data rows, runs the script's setup and starts a worker for each task. The first problem
 * ends the preparation, after the teardown of a finished setup; after an interrupt, the interrupt is the problem. All tasks belong to one test;
 * the first one's assignment decides whether this process runs the setup. Never rejects.
 */
export async function prepareRun(
  tasks: readonly Share[],
  values: Values,
  given: PrepareOptions,
): Promise<Prepared | Unfit> {
  const { interrupt } = given;
  const { assignment } = tasks[0]!;
  let redact: ((text: string) => string) | undefined;
  const redacted = (text: string) => {
    redact ??= redactedText(assignment.spec, values);
    return redact(text);
  };
  const options = { ...given, write: (line: string) => (given.write ?? toStderr)(redacted(line)) };
  let script: ScriptHost | undefined;
  const unfit = async ({ reason, problem }: Unfit): Promise<Unfit> => {
    await script?.tearDown();
    return interrupt?.aborted ? INTERRUPTED : { reason, problem: redacted(problem) };
  };
  try {
    const problem = await orInterrupted(preflight(assignment, values, interrupt), interrupt);
    if (problem !== undefined) return unfit(problem);
    const table = readTable(assignment.spec, values);
    if ('problem' in table) return unfit(runnerFailed(table.problem));
    const notText = notTextProblem(assignment.spec, values);
    if (notText !== undefined) return unfit(runnerFailed(notText));
    const setUp = await scriptOf(tasks, values, options);
    if ('problem' in setUp) return unfit(setUp);
    script = setUp.host;
    return { pool: await startWorkers(tasks, values, options), script };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return unfit(error instanceof ScriptInvalid ? { reason: 'ScriptInvalid', problem } : runnerFailed(problem));
  }
}

/** Runs the setup of a test's script; without a script, loads no module for scripts. */
async function scriptOf(
  tasks: readonly Share[],
  values: Values,
  options: PrepareOptions,
): Promise<{ host?: ScriptHost } | ScriptUnfit> {
  const { assignment } = tasks[0]!;
  if (assignment.spec.script === undefined) return {};
  const { beginScript } = await import('../script/script-host.ts');
  return beginScript(assignment, values, { ...options, heapMiB: heapLimitOf(tasks) });
}

/** The result of `check`, or the interrupt if that comes first: a DNS lookup cannot be cancelled. */
function orInterrupted<T>(check: Promise<T>, interrupt: AbortSignal | undefined): Promise<T | Unfit> {
  if (interrupt === undefined) return check;
  return new Promise((done, fail) => {
    const onInterrupt = () => done(INTERRUPTED);
    if (interrupt.aborted) onInterrupt();
    interrupt.addEventListener('abort', onInterrupt, { once: true });
    check.then(done, fail).finally(() => interrupt.removeEventListener('abort', onInterrupt));
  });
}
