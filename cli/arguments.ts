import { parseArgs } from 'node:util';
import { z } from 'zod';

export type Output = 'text' | 'yaml' | 'json';

export type Command =
  | { name: 'help'; topic?: 'run' | 'validate' | 'version' }
  | { name: 'version' }
  | { name: 'validate'; files: string[] }
  | { name: 'run'; file: string; set: string[]; output: Output };

export type Parsed = { command: Command } | { problem: string };

const COMMANDS = ['run', 'validate', 'version', 'help'] as const;
const help = { help: { type: 'boolean', short: 'h' } } as const;
const runOptions = {
  ...help,
  set: { type: 'string', multiple: true },
  output: { type: 'string', short: 'o' },
} as const;

const commandSchema = z.enum(COMMANDS, `COMMAND must be one of ${COMMANDS.join(', ')}`);
const outputSchema = z.enum(['text', 'yaml', 'json'], '--output must be text, yaml or json').default('text');
const oneFile = z.tuple([z.string()], 'run takes exactly one FILE ("-" reads standard input)');
const files = z.array(z.string()).min(1, 'validate takes at least one FILE ("-" reads standard input)');

/** What the words after `loadtest` ask for, or what is wrong with them. */
export function parseCommand(words: readonly string[]): Parsed {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h') return { command: { name: 'help' } };
  if (first === '--version') return { command: { name: 'version' } };
  const name = commandSchema.safeParse(first);
  if (!name.success) return { problem: `${z.prettifyError(name.error).replace('✖ ', '')}, not ${first}` };
  try {
    return parseRest(name.data, rest);
  } catch (error) {
    // parseArgs throws a TypeError that names the option; anything else is ours.
    if (!(error instanceof TypeError)) throw error;
    return { problem: error.message };
  }
}

function parseRest(name: (typeof COMMANDS)[number], args: string[]): Parsed {
  if (name === 'help') return parseHelp(args);
  const { values, positionals } = parseArgs({
    args,
    options: name === 'run' ? runOptions : help,
    allowPositionals: name !== 'version',
  });
  if (values.help === true) return { command: { name: 'help', topic: name } };
  if (name === 'version') return { command: { name } };
  if (name === 'validate') return checked(files.safeParse(positionals), (list) => ({ name, files: list }));
  const { set = [], output } = values as { set?: string[]; output?: string };
  return checked(z.object({ files: oneFile, output: outputSchema }).safeParse({ files: positionals, output }), (v) => ({
    name,
    file: v.files[0],
    set,
    output: v.output,
  }));
}

function parseHelp([topic]: string[]): Parsed {
  const found = COMMANDS.find((c) => c === topic && c !== 'help');
  return { command: { name: 'help', ...(found && { topic: found as 'run' | 'validate' | 'version' }) } };
}

function checked<T>(result: z.ZodSafeParseResult<T>, command: (value: T) => Command): Parsed {
  if (result.success) return { command: command(result.data) };
  return { problem: result.error.issues.map((issue) => issue.message).join('; ') };
}
