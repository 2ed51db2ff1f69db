import { parseArgs } from 'node:util';
import { z } from 'zod';

export type Output = 'text' | 'yaml' | 'json';

/** Where each form of a report goes, if anywhere; "-" is standard output. */
export type ReportFiles = { report?: string; junit?: string; json?: string; markdown?: string };

/** Which cluster and namespace is meant, in kubectl's own options. */
export type Cluster = { namespace?: string; context?: string; kubeconfig?: string };

export type Command =
  | { name: 'help'; topic?: Topic }
  | { name: 'version' }
  | { name: 'validate'; files: string[] }
  | { name: 'run'; file: string; set: string[]; output: Output; files: ReportFiles }
  | { name: 'wait'; test: string; files: ReportFiles; cluster: Cluster }
  | { name: 'report'; source: string; files: ReportFiles; cluster: Cluster };

export type Topic = Exclude<Command['name'], 'help'>;
export type Parsed = { command: Command } | { problem: string };

export const TOPICS = ['run', 'wait', 'report', 'validate', 'version'] as const satisfies Topic[];

const help = { help: { type: 'boolean', short: 'h' } } as const;
const reportFiles = {
  report: { type: 'string' },
  junit: { type: 'string' },
  json: { type: 'string' },
  markdown: { type: 'string' },
} as const;
const cluster = {
  namespace: { type: 'string', short: 'n' },
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
} as const;

const OPTIONS = {
  run: { ...help, ...reportFiles, set: { type: 'string', multiple: true }, output: { type: 'string', short: 'o' } },
  wait: { ...help, ...reportFiles, ...cluster },
  report: { ...help, ...reportFiles, ...cluster },
  validate: help,
  version: help,
} as const;

const commandSchema = z.enum([...TOPICS, 'help'], `COMMAND must be one of ${[...TOPICS, 'help'].join(', ')}`);
const outputSchema = z.enum(['text', 'yaml', 'json'], '--output must be text, yaml or json').default('text');
const oneFile = z.tuple([z.string()], 'run takes exactly one FILE ("-" reads standard input)');
const oneName = z.tuple([z.string()], 'wait takes exactly one NAME');
const oneSource = z.tuple([z.string()], 'report takes exactly one NAME or FILE ("-" reads standard input)');
const files = z.array(z.string()).min(1, 'validate takes at least one FILE ("-" reads standard input)');

/** What the words after `loadtest` ask for, or what is wrong with them. */
export function parseCommand(words: readonly string[]): Parsed {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h') return { command: { name: 'help' } };
  if (first === '--version') return { command: { name: 'version' } };
  const name = commandSchema.safeParse(first);
  if (!name.success) return { problem: `${z.prettifyError(name.error).replace('✖ ', '')}, not ${first}` };
  if (name.data === 'help') return { command: { name: 'help', ...topicOf(rest) } };
  try {
    return parseRest(name.data, rest);
  } catch (error) {
    // parseArgs throws a TypeError that names the option; anything else is ours.
    if (!(error instanceof TypeError)) throw error;
    return { problem: error.message };
  }
}

type Values = ReportFiles & Cluster & { help?: boolean; set?: string[]; output?: string };

function parseRest(name: Topic, args: string[]): Parsed {
  const parsed = parseArgs({ args, options: OPTIONS[name], allowPositionals: name !== 'version' });
  const values = parsed.values as Values;
  const { positionals } = parsed;
  if (values.help === true) return { command: { name: 'help', topic: name } };
  switch (name) {
    case 'version':
      return { command: { name } };
    case 'validate':
      return checked(files.safeParse(positionals), (list) => ({ name, files: list }));
    case 'wait':
      return checked(oneName.safeParse(positionals), ([test]) => ({
        name,
        test,
        files: pick(values, reportFiles),
        cluster: pick(values, cluster),
      }));
    case 'report':
      return checked(oneSource.safeParse(positionals), ([source]) => ({
        name,
        source,
        files: pick(values, reportFiles),
        cluster: pick(values, cluster),
      }));
    case 'run': {
      const shape = z.object({ file: oneFile, output: outputSchema });
      return checked(shape.safeParse({ file: positionals, output: values.output }), ({ file, output }) => ({
        name,
        file: file[0],
        set: values.set ?? [],
        output,
        files: pick(values, reportFiles),
      }));
    }
  }
}

/** The options of a group that were given. */
function pick<K extends keyof Values>(values: Values, group: Record<K, unknown>): Pick<Values, K> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key in group)) as Pick<Values, K>;
}

function topicOf([word]: string[]): { topic?: Topic } {
  const topic = TOPICS.find((t) => t === word);
  return topic === undefined ? {} : { topic };
}

function checked<T>(result: z.ZodSafeParseResult<T>, command: (value: T) => Command): Parsed {
  if (result.success) return { command: command(result.data) };
  return { problem: result.error.issues.map((issue) => issue.message).join('; ') };
}
