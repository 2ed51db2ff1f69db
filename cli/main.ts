import { completionScript } from './arguments/completion.ts';
import { helpText } from './arguments/help/help.ts';
import { TOPICS } from './arguments/options.ts';
import { parseCommand } from './arguments/parse.ts';
import { compareCommand } from './commands/compare.ts';
import { listCommand, logsCommand, rerunCommand, stopCommand, waitCommand } from './commands/in-cluster.ts';
import { runCommand, validateCommand } from './commands/on-this-machine.ts';
import { reportCommand } from './commands/report.ts';
import { EXIT } from './output/exit.ts';
import { unwritable } from './output/report-files.ts';
import { versionText } from './output/version.ts';
import { refuse } from './terminal/terminal.ts';

async function main(words: string[]): Promise<number> {
  const parsed = parseCommand(words);
  if ('problem' in parsed) {
    const topic = TOPICS.find((t) => t === words[0]);
    return refuse([parsed.problem, `${['loadtest', topic, '--help'].filter(Boolean).join(' ')} shows the usage`]);
  }
  const { command } = parsed;
  const problems = 'files' in command && command.name !== 'validate' ? unwritable(command.files) : [];
  if (problems.length > 0) return refuse(problems);
  switch (command.name) {
    case 'run':
      return runCommand(command);
    case 'wait':
      return waitCommand(command);
    case 'list':
      return listCommand(command);
    case 'stop':
      return stopCommand(command);
    case 'rerun':
      return rerunCommand(command);
    case 'logs':
      return logsCommand(command);
    case 'report':
      return reportCommand(command);
    case 'compare':
      return compareCommand(command);
    case 'validate':
      return validateCommand(command);
    case 'completion':
      return print(completionScript(command.shell));
    case 'version':
      return print(versionText(command.output));
    case 'help':
      return print(helpText(command.topic));
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.passed;
}

/** A reader that has seen enough, such as head, closes the pipe: nothing is wrong with the run. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv.slice(2));
