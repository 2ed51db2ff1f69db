import { preflight } from '../../runner/agent/preflight.ts';
import { beginScript, type ScriptHost } from '../../runner/script/host.ts';
import { ScriptInvalid } from '../../runner/workers/worker-handle.ts';
import { type RunnerPool, type Share, startWorkers } from '../../runner/workers/worker-pool.ts';
import type { LocalRun } from './run-options.ts';

/** All that a load needs, or why there will be none. */
export type Ready = { pool: RunnerPool; script: ScriptHost | undefined };
export type NotReady = { reason: string; problem: string };

const INTERRUPTED: NotReady = { reason: 'Interrupted', problem: 'interrupted before the load began' };

/**
 * Looks at the target, sets the test up and starts the workers. An interrupt ends whichever is under way at once; what a setup has made
 * is taken down.
 */
export async function prepareRun(run: LocalRun, tasks: readonly Share[]): Promise<Ready | NotReady> {
  const { values, interrupt, onRequestLogged: print, onWritten: write, patience } = run;
  const { assignment } = tasks[0]!;
  let script: ScriptHost | undefined;
  const not = async (why: NotReady): Promise<NotReady> => {
    await script?.tearDown();
    return interrupt.aborted ? INTERRUPTED : why;
  };
  try {
    const unfit = await orInterrupted(preflight(assignment, values, interrupt), interrupt);
    if (unfit !== undefined) return not({ problem: unfit.problem, reason: unfit.reason ?? 'RunnerFailed' });
    const begun = await beginScript(assignment, values, { interrupt, write });
    if ('problem' in begun) return not(begun);
    script = begun.host;
    const pool = await startWorkers(tasks, values, { print, write, interrupt, ...(patience && { patience }) });
    return { pool, script };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return not({ reason: error instanceof ScriptInvalid ? 'ScriptInvalid' : 'RunnerFailed', problem });
  }
}

/** What `looking` answers with, if no interrupt comes first: a resolver that does not answer cannot be told to end. */
function orInterrupted<T>(looking: Promise<T>, interrupt: AbortSignal): Promise<T | NotReady> {
  return new Promise((done, fail) => {
    const onInterrupt = () => done(INTERRUPTED);
    if (interrupt.aborted) onInterrupt();
    interrupt.addEventListener('abort', onInterrupt, { once: true });
    looking.then(done, fail).finally(() => interrupt.removeEventListener('abort', onInterrupt));
  });
}
