import { setTimeout } from 'node:timers/promises';
import { isoTime } from '../../api/common/time.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { trigger, untilCreated } from '../cluster/trigger.ts';
import { EXIT } from '../output/exit-codes.ts';
import { refuse } from '../terminal/terminal.ts';
import { waitCommand } from './wait.ts';

/** Requests a run of a schedule. Prints the name of its LoadTest, or follows it to its end. */
export async function triggerCommand(command: CommandCalled<'trigger'>): Promise<number> {
  const { schedule, value = isoTime(Date.now()) } = command;
  const kubectl = kubectlFor(command.cluster);
  const made = await trigger(kubectl, schedule, value);
  if ('problem' in made) return refuse([made.problem]);
  if (!command.wait) {
    process.stdout.write(`${made.name}\n`);
    return EXIT.passed;
  }
  const problem = await untilCreated({ kubectl, schedule, value, now: Date.now, sleep: (ms) => setTimeout(ms) });
  return problem === undefined ? waitCommand({ ...command, test: made.name }) : refuse([problem]);
}
