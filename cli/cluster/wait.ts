import { formatCount } from '../../api/common/quantity.ts';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { Display } from '../terminal/display.ts';
import { viewOfStatus } from '../terminal/view-of-run.ts';
import { type ClusterLoadTest, getLoadTest } from './cluster-loadtest.ts';
import type { Kubectl } from './kubectl.ts';

const POLL_MS = 1000;
/** A cluster that cannot be reached for so long is not coming back while somebody waits. */
const PATIENCE_MS = 60_000;

export type Waiting = {
  kubectl: Kubectl;
  name: string;
  display: Display;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** Follows a LoadTest in a cluster, showing how it goes, until it is complete; or says why that will not be seen. */
export async function untilComplete({
  kubectl,
  name,
  display,
  now,
  sleep,
}: Waiting): Promise<{ test: ClusterLoadTest } | { problem: string }> {
  let begun = false;
  let away = '';
  let respondedMs = now();
  for (;;) {
    const found = await getLoadTest(kubectl, name);
    if ('test' in found) {
      respondedMs = now();
      away = '';
      const { metadata, spec, status } = found.test;
      if (!begun && spec !== undefined) display.begin({ metadata, spec });
      begun = true;
      const line = statusLine(status);
      display.progress(spec && viewOfStatus(spec, status, now()), line);
      if (findCondition(status.conditions, 'Accepted')?.reason === 'Invalid') return { problem: line };
      if (isTrue(status.conditions, 'Complete')) return found;
    } else if (found.isFinal || now() - respondedMs > PATIENCE_MS) {
      return { problem: found.problem };
    } else if (found.problem !== away) {
      away = found.problem;
      display.note(`no answer from the cluster: ${away}`);
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
      : `generated ${formatCount(counts.generated)}  done ${formatCount(counts.done)}  ${rate?.achieved ?? '-'}/s  p99 ${responseTime?.p99 ?? '-'}  errors ${errorShare ?? '-'}`;
  return [complete.reason, of, figures, complete.message].filter(Boolean).join('  ');
}
