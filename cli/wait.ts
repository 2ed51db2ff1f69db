import { findCondition } from '../api/conditions.ts';
import type { LoadTestStatus } from '../api/status.ts';
import { type InCluster, loadTestCalled } from './cluster.ts';
import type { Kubectl } from './kubectl.ts';

const POLL_MS = 1000;
/** A cluster that cannot be reached for so long is not coming back while somebody waits. */
const PATIENCE_MS = 60_000;

export type Waiting = {
  kubectl: Kubectl;
  name: string;
  note: (line: string) => void;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** Follows a LoadTest in a cluster, telling what changes, until it is complete; or says why that will not be seen. */
export async function untilComplete({
  kubectl,
  name,
  note,
  now,
  sleep,
}: Waiting): Promise<{ test: InCluster } | { problem: string }> {
  let told = '';
  let answeredMs = now();
  for (;;) {
    const found = await loadTestCalled(kubectl, name);
    if ('test' in found) {
      answeredMs = now();
      const line = statusLine(found.test.status);
      if (line !== told) note(line);
      told = line;
      if (findCondition(found.test.status.conditions, 'Complete')?.status === 'True') return found;
      if (findCondition(found.test.status.conditions, 'Accepted')?.status === 'False') return { problem: line };
    } else if (found.isFinal || now() - answeredMs > PATIENCE_MS) {
      return { problem: found.problem };
    } else {
      const line = `no answer from the cluster: ${found.problem}`;
      if (line !== told) note(line);
      told = line;
    }
    await sleep(POLL_MS);
  }
}

/** Where a LoadTest stands, in one line. */
export function statusLine({ conditions, counts, rate, responseTime, errorShare, runners }: LoadTestStatus): string {
  const complete = findCondition(conditions, 'Complete');
  const accepted = findCondition(conditions, 'Accepted');
  if (accepted?.status === 'False') return `${accepted.reason}: ${accepted.message}`;
  if (complete === undefined) return 'waits for the operator';
  const of = runners === undefined ? '' : `${runners.ready} of ${runners.desired} runners`;
  const figures =
    counts === undefined
      ? ''
      : `generated ${counts.generated.toLocaleString('en')}  done ${counts.done.toLocaleString('en')}  ${rate?.achieved ?? '-'}/s  p99 ${responseTime?.p99 ?? '-'}  errors ${errorShare ?? '-'}`;
  return [complete.reason, of, figures, complete.message].filter(Boolean).join('  ');
}
