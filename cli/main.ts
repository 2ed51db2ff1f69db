import { shownText } from '../api/common/shown/text.ts';
import { VERSION } from '../api/common/version.ts';
import type { Command } from './arguments/command.ts';
import { completionScript } from './arguments/completion.ts';
import { helpText } from './arguments/help/help.ts';
import { TOPICS } from './arguments/options.ts';
import { parseCommand } from './arguments/parse.ts';
import { EXIT } from './output/exit-codes.ts';
import { versionText } from './output/version.ts';
import { cannotBeWritten, unwritable } from './output/writable.ts';
import { endWithStarter } from './terminal/end-with-starter.ts';
import { refuse } from './terminal/terminal.ts';

async function main(words: string[]): Promise<number> {
  const parsed = parseCommand(words);
  if ('problem' in parsed) {
    const topic = TOPICS.find((t) => t === words[0]);
    return refuse([parsed.problem, `${['loadtest', topic, '--help'].filter(Boolean).join(' ')} shows the usage`]);
  }
  const { command } = parsed;
  const problems = 'files' in command && command.name !== 'validate' ? unwritable(command.files) : [];
  return problems.length > 0 ? refuse(problems) : perform(command);
}

/** Loads only the code of the command, because loading all of it doubles the CPU of a start. */
async function perform(command: Command): Promise<number> {
  switch (command.name) {
    case 'run':
      return (await import('./commands/run.ts')).runCommand(command);
    case 'wait':
      return (await import('./commands/wait.ts')).waitCommand(command);
    case 'list':
      return (await import('./commands/list.ts')).listCommand(command);
    case 'stop':
      return (await import('./commands/stop.ts')).stopCommand(command);
    case 'rerun':
      return (await import('./commands/rerun.ts')).rerunCommand(command);
    case 'logs':
      return (await import('./commands/logs.ts')).logsCommand(command);
    case 'trigger':
      return (await import('./commands/trigger.ts')).triggerCommand(command);
    case 'trend':
      return (await import('./commands/trend.ts')).trendCommand(command);
    case 'report':
      return (await import('./commands/report.ts')).reportCommand(command);
    case 'compare':
      return (await import('./commands/compare.ts')).compareCommand(command);
    case 'validate':
      return (await import('./commands/validate.ts')).validateCommand(command);
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

/** A reader that has seen enough, such as head, closes the pipe, and a terminal may close before the command ends: neither is an error. */
const GONE = ['EPIPE', 'EIO'];
let lostOutput: number = EXIT.passed;
for (const [name, stream] of [
  ['standard output', process.stdout],
  ['standard error', process.stderr],
] as const)
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (GONE.includes(error.code ?? '') || lostOutput !== EXIT.passed) return;
    lostOutput = refuse([cannotBeWritten(name, error)]);
    process.exitCode ||= lostOutput;
  });

// Node's own exit code for an error that nobody expected is 1, which is the verdict "failed".
process.on('uncaughtException', (error) => {
  process.stderr.write(
    shownText(`loadtest: this is a bug of loadtest ${VERSION}; please report it: ${error.stack ?? error}\n`),
  );
  process.exit(EXIT.bug);
});
endWithStarter();
process.exitCode = (await main(process.argv.slice(2))) || lostOutput;
