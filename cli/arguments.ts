import { parseArgs } from 'node:util';
import { z } from 'zod';
import { parseCidr } from '../api/cidr.ts';
import { PERCENT_PATTERN } from '../api/quantity.ts';
import { cluster, logOptions, OPTIONS, reportFiles, SHELLS, TOPICS, type Topic } from './options.ts';

export type Output = 'text' | 'yaml' | 'json';
export type ListOutput = 'table' | 'json' | 'yaml' | 'name';
export type Shell = (typeof SHELLS)[number];

/** Where each form of a report goes, if anywhere; "-" is standard output. */
export type ReportFiles = { report?: string; junit?: string; json?: string; markdown?: string };

/** Which cluster and namespace is meant, in kubectl's own options. */
export type Cluster = { namespace?: string; context?: string; kubeconfig?: string };

export type Command =
  | { name: 'help'; topic?: Topic }
  | { name: 'version'; output: 'text' | 'json' }
  | { name: 'completion'; shell: Shell }
  | { name: 'validate'; files: string[] }
  | {
      name: 'run';
      file: string;
      baseline?: string;
      set: string[];
      allowAddresses: string[];
      output: Output;
      plain: boolean;
      files: ReportFiles;
    }
  | { name: 'wait'; test: string; plain: boolean; files: ReportFiles; cluster: Cluster }
  | { name: 'list'; output: ListOutput; selector?: string; allNamespaces: boolean; cluster: Cluster }
  | { name: 'stop'; tests: string[]; cluster: Cluster }
  | ({ name: 'rerun'; test: string; newName?: string; set: string[]; wait: boolean } & Following)
  | { name: 'logs'; test: string; options: LogOptions; cluster: Cluster }
  | { name: 'report'; source: string; files: ReportFiles; cluster: Cluster }
  | ({ name: 'compare'; baseline: string; observed: string } & Comparing);

/** `maxRegression` is a percentage. */
type Comparing = { maxRegression: string; output: 'text' | 'json' | 'markdown'; cluster: Cluster };

type Following = { plain: boolean; files: ReportFiles; cluster: Cluster };

/** What of kubectl's own options for logs is passed on to it. */
export type LogOptions = { follow?: boolean; timestamps?: boolean; tail?: string; since?: string };

export type Parsed = { command: Command } | { problem: string };

const commandSchema = z.enum([...TOPICS, 'help'], `COMMAND must be one of ${[...TOPICS, 'help'].join(', ')}`);
const listOutputSchema = z
  .enum(['table', 'json', 'yaml', 'name'], '--output must be table, json, yaml or name')
  .default('table');
const versionOutputSchema = z.enum(['text', 'json'], '--output must be text or json').default('text');
const oneShell = z.tuple([z.enum(SHELLS)], `completion takes exactly one of ${SHELLS.join(', ')}`);
const nothing = z.tuple([], 'list takes no NAME');
const outputSchema = z.enum(['text', 'yaml', 'json'], '--output must be text, yaml or json').default('text');
const allowSchema = z
  .array(
    z
      .string()
      .refine((text) => parseCidr(text) !== undefined, '--allow-address must be a range such as 169.254.10.0/24'),
  )
  .default([]);
const oneFile = z.tuple([z.string()], 'run takes exactly one FILE ("-" reads standard input)');
const oneName = (command: string) => z.tuple([z.string()], `${command} takes exactly one NAME`);
const names = z.array(z.string()).min(1, 'stop takes at least one NAME');
const oneSource = z.tuple([z.string()], 'report takes exactly one NAME or FILE ("-" reads standard input)');
const twoSources = z.tuple(
  [z.string(), z.string()],
  'compare takes exactly two, each a NAME or FILE: the baseline first',
);
const compareShape = z.object({
  sources: twoSources,
  output: z.enum(['text', 'json', 'markdown'], '--output must be text, json or markdown').default('text'),
  maxRegression: z.string().regex(PERCENT_PATTERN, '--max-regression must be a percentage such as 10%').default('10%'),
});
const files = z.array(z.string()).min(1, 'validate takes at least one FILE ("-" reads standard input)');

/** What the words after `loadtest` ask for, or what is wrong with them. */
export function parseCommand(words: readonly string[]): Parsed {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h') return { command: { name: 'help' } };
  if (first === '--version') return { command: { name: 'version', output: 'text' } };
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

type Values = ReportFiles &
  Cluster &
  LogOptions & { help?: boolean; set?: string[]; output?: string; 'no-progress'?: boolean } & {
    'all-namespaces'?: boolean;
    selector?: string;
    name?: string;
    wait?: boolean;
    baseline?: string;
    'max-regression'?: string;
    'allow-address'?: string[];
  };

function parseRest(name: Topic, args: string[]): Parsed {
  const parsed = parseArgs({ args, options: OPTIONS[name], allowPositionals: name !== 'version' });
  const values = parsed.values as Values;
  const { positionals } = parsed;
  if (values.help === true) return { command: { name: 'help', topic: name } };
  switch (name) {
    case 'version':
      return checked(versionOutputSchema.safeParse(values.output), (form) => ({ name, output: form }));
    case 'completion':
      return checked(oneShell.safeParse(positionals), ([shell]) => ({ name, shell }));
    case 'validate':
      return checked(files.safeParse(positionals), (list) => ({ name, files: list }));
    case 'wait':
      return checked(oneName(name).safeParse(positionals), ([test]) => ({ name, test, ...following(values) }));
    case 'list': {
      const shape = z.object({ positionals: nothing, output: listOutputSchema });
      return checked(shape.safeParse({ positionals, output: values.output }), (list) => ({
        name,
        output: list.output,
        allNamespaces: values['all-namespaces'] === true,
        ...(values.selector !== undefined && { selector: values.selector }),
        cluster: pick(values, cluster),
      }));
    }
    case 'stop':
      return checked(names.safeParse(positionals), (tests) => ({ name, tests, cluster: pick(values, cluster) }));
    case 'rerun':
      return checked(oneName(name).safeParse(positionals), ([test]) => ({
        ...{ name, test, set: values.set ?? [], wait: values.wait === true },
        ...(values.name !== undefined && { newName: values.name }),
        ...following(values),
      }));
    case 'logs':
      return checked(oneName(name).safeParse(positionals), ([test]) => ({
        ...{ name, test, options: pick(values, logOptions), cluster: pick(values, cluster) },
      }));
    case 'report':
      return checked(oneSource.safeParse(positionals), ([source]) => ({
        name,
        source,
        files: pick(values, reportFiles),
        cluster: pick(values, cluster),
      }));
    case 'compare': {
      const options = { sources: positionals, output: values.output, maxRegression: values['max-regression'] };
      return checked(compareShape.safeParse(options), ({ sources: [baseline, observed], ...rest }) => ({
        ...{ name, baseline, observed, ...rest },
        cluster: pick(values, cluster),
      }));
    }
    case 'run': {
      const shape = z.object({ file: oneFile, output: outputSchema, allow: allowSchema });
      const words = { file: positionals, output: values.output, allow: values['allow-address'] };
      return checked(shape.safeParse(words), ({ file, output, allow }) => ({
        name,
        file: file[0],
        ...(values.baseline !== undefined && { baseline: values.baseline }),
        set: values.set ?? [],
        allowAddresses: allow,
        output,
        plain: values['no-progress'] === true,
        files: pick(values, reportFiles),
      }));
    }
  }
}

function following(values: Values): Following {
  return {
    plain: values['no-progress'] === true,
    files: pick(values, reportFiles),
    cluster: pick(values, cluster),
  };
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
