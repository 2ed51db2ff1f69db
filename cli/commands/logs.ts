import type { CommandCalled } from '../arguments/command.ts';
import { getLoadTest } from '../cluster/cluster-loadtest.ts';
import { kubectlFor, kubectlInPlace } from '../cluster/kubectl.ts';
import { logArguments } from '../cluster/log-arguments.ts';
import { refuse } from '../terminal/terminal.ts';

/** Prints the logs of all runners of a LoadTest; resolves to the exit code of kubectl logs. */
export async function logsCommand({ test, options, cluster }: CommandCalled<'logs'>): Promise<number> {
  const found = await getLoadTest(kubectlFor(cluster), test);
  if ('problem' in found) return refuse([found.problem]);
  const { namespace: _, ...elsewhere } = cluster;
  return kubectlInPlace(elsewhere, logArguments(found.test, options));
}
