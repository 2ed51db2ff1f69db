import type { Assignment } from '../../api/protocol/assignment.ts';
import { isGrpcStatus, statusText } from '../../api/status/grpc-statuses.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { readTable } from '../request/variables.ts';
import type { Values } from '../values/referenced-values.ts';
import { shares, startWorkers } from '../workers/worker-pool.ts';

/**
 * Sends the first request of a test as arrival 0 would, and returns how its response violates the expectation. No result counts it. A worker
 * thread sends it, because only a thread can be terminated at any moment: an expectation may run forever.
 */
export async function requestOnce(
  assignment: Assignment,
  values: Values,
  interrupt?: AbortSignal,
): Promise<string | undefined> {
  const { spec } = assignment;
  const table = readTable(spec, values);
  if ('problem' in table) return table.problem;
  const quiet = { ...assignment, spec: { ...spec, runners: { ...spec.runners, logSamples: false } } };
  const tasks = shares(quiet, 1).map((share) => ({ ...share, once: true }));
  const pool = await startWorkers(tasks, values, { interrupt });
  const onInterrupt = () => void pool.close();
  interrupt?.addEventListener('abort', onInterrupt);
  try {
    pool.start(Date.now());
    const [snapshot] = await pool.done;
    return problemOf(spec.requests[0]!.name, snapshot!);
  } finally {
    interrupt?.removeEventListener('abort', onInterrupt);
    await pool.close();
  }
}

function problemOf(name: string, { errors: [error], unexpected: [response] = [] }: Snapshot): string | undefined {
  if (error !== undefined) return `request "${name}" fails: ${error.kind}: ${error.example}`;
  if (response === undefined) return undefined;
  const { status, reason, body } = response;
  const none = isGrpcStatus(status) ? '' : ' without a body';
  return [
    `request "${name}" got an unexpected response: status ${statusText(status)}`,
    reason === undefined ? '' : ` (${reason})`,
    body === '' ? none : ` with the body: ${body}`,
  ].join('');
}
