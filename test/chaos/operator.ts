import { LABEL_LEADER } from '../../api/common/names.ts';
import { until } from '../cluster/system/wait.ts';
import type { TestNamespace } from '../e2e/support/namespace.ts';
import { processWith } from '../e2e/support/processes.ts';

type PodName = { metadata: { name: string } };

/** The pod of the leading operator in a namespace; undefined without a leader. */
export async function leader(ns: TestNamespace): Promise<string | undefined> {
  return (await labelled(ns))[0];
}

/** The pods that the Service selects as the leader. */
export async function labelled(ns: TestNamespace): Promise<string[]> {
  return (await ns.list<PodName>('pods', `${LABEL_LEADER}=true`)).map(({ metadata }) => metadata.name);
}

/** The process of an operator by its pod. */
export function operatorProcess(pod: string): number | undefined {
  return processWith('/app/operator.mjs', { HOSTNAME: pod });
}

/** Waits for a leading operator and kills it with SIGKILL; returns its pod, in which the kubelet restarts it. */
export async function killOperator(ns: TestNamespace): Promise<string> {
  const pod = await until('a leader', () => leader(ns), { timeoutMs: 60_000 });
  const pid = await until('its process', () => operatorProcess(pod), { timeoutMs: 60_000 });
  process.kill(pid, 'SIGKILL');
  return pod;
}
