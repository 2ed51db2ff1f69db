import { shownText } from '../../api/common/shown/text.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { rerun } from '../cluster/rerun.ts';
import { EXIT } from '../output/exit-codes.ts';
import { refuse } from '../terminal/terminal.ts';
import { waitCommand } from './wait.ts';

/** Creates a new LoadTest like an old one. Prints its name, or follows it to its end. */
export async function rerunCommand(command: CommandCalled<'rerun'>): Promise<number> {
  const made = await rerun(kubectlFor(command.cluster), command);
  if ('problems' in made) return refuse(made.problems);
  if (command.wait) return waitCommand({ ...command, test: made.name });
  process.stdout.write(shownText(`${made.name}\n`));
  return EXIT.passed;
}
