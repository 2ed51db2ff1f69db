import type { Startup, StartupFact } from './facts.ts';

/** A Job that the API server will never accept ends a test: what is wrong in it comes from the template of the runners. */
export function jobInvalid({ job, jobProblem }: Pick<Startup, 'job' | 'jobProblem'>): StartupFact | undefined {
  if (job !== undefined || jobProblem === undefined) return undefined;
  return { is: 'NeverRan', reason: 'Invalid', message: `the Job of the runners is refused: ${jobProblem}` };
}

/** A runner that cannot run ends a test before its load: without it there would be another load. */
export function runnerFailed({ runners }: Pick<Startup, 'runners'>): StartupFact | undefined {
  const failed = runners.find((r) => r.state === 'Failed');
  if (failed === undefined) return undefined;
  const { index, message, update } = failed;
  return { is: 'NeverRan', reason: update?.reason ?? 'RunnerFailed', message: `runner ${index}: ${message}` };
}

/** A pod that succeeds before the load counts as done for its Job, so that the test can never start. */
export function runnerLost({ runners }: Pick<Startup, 'runners'>): StartupFact | undefined {
  const lost = runners.find((r) => r.state === 'Lost');
  if (lost === undefined) return undefined;
  return { is: 'NeverRan', reason: 'RunnersLost', message: `runner ${lost.index}: ${lost.message}` };
}
