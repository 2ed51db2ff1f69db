import { shownText } from '../../api/common/shown/text.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { stopTest } from '../cluster/stop.ts';
import { refuse } from '../terminal/terminal.ts';

/** Asks the operator to stop each of the LoadTests. */
export async function stopCommand({ tests, cluster }: CommandCalled<'stop'>): Promise<number> {
  const kubectl = kubectlFor(cluster);
  const problems: string[] = [];
  for (const name of tests) {
    const stopped = await stopTest(kubectl, name);
    if ('done' in stopped) process.stdout.write(shownText(`${stopped.done}\n`));
    else problems.push(stopped.problem);
  }
  return refuse(problems);
}
