import * as z from 'zod';
import { parseCidr } from '../../api/common/cidr.ts';
import { MAX_TRIGGER } from '../../api/common/names.ts';
import { PERCENT_PATTERN } from '../../api/common/quantity.ts';
import type { Cluster, Command, LogOptions, OutputOf, Progress, ReportFiles } from './command.ts';
import { cluster, logOptions, OUTPUTS, pick, reportFiles, SHELLS, type Topic, trendFiles } from './options.ts';
import { givenOf, type SourceValues, sourceConflict, sourceOf } from './run-source.ts';

export type Parsed = { command: Command } | { problem: string };

/** The options of all commands, as parseArgs returns them. */
export type Values = ReportFiles &
  Cluster &
  LogOptions & {
    help?: boolean;
    set?: string[];
    output?: string;
    'no-progress'?: boolean;
    quiet?: boolean;
    'all-namespaces'?: boolean;
    selector?: string;
    name?: string;
    wait?: boolean;
    value?: string;
    baseline?: string;
    'max-regression'?: string;
    'allow-address'?: string[];
    'no-scripts'?: boolean;
    otlp?: string;
  } & SourceValues;

const mustBe = (forms: readonly string[]) => `--output must be ${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`;
const oneName = (topic: Topic) => z.tuple([z.string()], `${topic} takes exactly one NAME`);
/** A value that the operator takes as it is, and that a terminal may show. */
const TRIGGER = new RegExp(`^(?!false$)[!-~][ -~]{0,${MAX_TRIGGER - 1}}$`);
const isRange = (text: string) => parseCidr(text) !== undefined;

const runSchema = z.object({
  words: z.array(z.string()).min(1, 'run takes a URL or at least one FILE ("-" reads standard input)'),
  output: z.enum(OUTPUTS.run, mustBe(OUTPUTS.run)).optional(),
  'allow-address': z
    .array(z.string().refine(isRange, '--allow-address must be a range such as 169.254.10.0/24'))
    .default([]),
  otlp: z.url({ protocol: /^https?$/, error: '--otlp must be a URL of http or https' }).optional(),
});
const listSchema = z.object({
  words: z.tuple([], 'list takes no NAME'),
  output: z.enum(OUTPUTS.list, mustBe(OUTPUTS.list)).default('table'),
});
const compareSchema = z.object({
  words: z.tuple([z.string(), z.string()], 'compare takes exactly two, each a NAME or FILE: the baseline first'),
  output: z.enum(OUTPUTS.compare, mustBe(OUTPUTS.compare)).default('text'),
  'max-regression': z
    .string()
    .regex(PERCENT_PATTERN, '--max-regression must be a percentage such as 10%')
    .default('10%'),
});
const triggerSchema = z.object({
  words: oneName('trigger'),
  value: z
    .string()
    .regex(TRIGGER, `--value must be up to ${MAX_TRIGGER} printable characters, and not false`)
    .optional(),
});
const versionSchema = z.object({ output: z.enum(OUTPUTS.version, mustBe(OUTPUTS.version)).default('text') });
const names = z.array(z.string()).min(1, 'stop takes at least one NAME');
const files = z.array(z.string()).min(1, 'validate takes at least one FILE ("-" reads standard input)');
const oneSource = z.tuple([z.string()], 'report takes exactly one NAME or FILE ("-" reads standard input)');
const oneShell = z.tuple([z.enum(SHELLS)], `completion takes exactly one of ${SHELLS.join(', ')}`);

/** Parses the words and options of each command. */
export const COMMAND_PARSERS: Record<Topic, (words: string[], values: Values) => Parsed> = {
  run: (words, values) => {
    const problem = sourceConflict(words, values);
    if (problem !== undefined) return { problem };
    return checked(runSchema, { ...values, words }, ({ words, output, 'allow-address': allowAddresses, otlp }) => ({
      ...{
        name: 'run',
        source: sourceOf(words, values),
        given: givenOf(values),
        set: values.set ?? [],
        allowAddresses,
        allowScripts: values['no-scripts'] !== true,
        ...runOutput(output, values),
      },
      ...(values.baseline !== undefined && { baseline: values.baseline }),
      ...(otlp !== undefined && { otlp }),
      ...displayOptions(values),
    }));
  },
  wait: (words, values) =>
    checked(oneName('wait'), words, ([test]) => ({
      name: 'wait',
      test,
      ...displayOptions(values),
      ...clusterOptions(values),
    })),
  list: (words, values) =>
    checked(listSchema, { ...values, words }, ({ output }) => ({
      ...{ name: 'list', output, allNamespaces: values['all-namespaces'] === true },
      ...(values.selector !== undefined && { selector: values.selector }),
      ...clusterOptions(values),
    })),
  stop: (words, values) => checked(names, words, (tests) => ({ name: 'stop', tests, ...clusterOptions(values) })),
  rerun: (words, values) =>
    checked(oneName('rerun'), words, ([test]) => ({
      ...{ name: 'rerun', test, set: values.set ?? [], wait: values.wait === true },
      ...(values.name !== undefined && { newName: values.name }),
      ...{ ...displayOptions(values), ...clusterOptions(values) },
    })),
  logs: (words, values) =>
    checked(oneName('logs'), words, ([test]) => ({
      ...{ name: 'logs', test, options: pick(values, logOptions), ...clusterOptions(values) },
    })),
  trigger: (words, values) =>
    checked(triggerSchema, { ...values, words }, ({ words: [schedule], value }) => ({
      ...{ name: 'trigger', schedule, wait: values.wait === true },
      ...(value !== undefined && { value }),
      ...{ ...displayOptions(values), ...clusterOptions(values) },
    })),
  trend: (words, values) =>
    checked(oneName('trend'), words, ([schedule]) => ({
      ...{ name: 'trend', schedule, files: pick(values, trendFiles), ...clusterOptions(values) },
    })),
  report: (words, values) =>
    checked(oneSource, words, ([source]) => ({
      ...{ name: 'report', source, files: pick(values, reportFiles), ...clusterOptions(values) },
    })),
  compare: (words, values) =>
    checked(compareSchema, { ...values, words }, ({ words: [baseline, observed], output, ...rest }) => ({
      ...{
        name: 'compare',
        baseline,
        observed,
        output,
        maxRegression: rest['max-regression'],
        ...clusterOptions(values),
      },
    })),
  validate: (words) => checked(files, words, (list) => ({ name: 'validate', files: list })),
  completion: (words) => checked(oneShell, words, ([shell]) => ({ name: 'completion', shell })),
  version: (_, values) => checked(versionSchema, values, ({ output }) => ({ name: 'version', output })),
};

function checked<S extends z.ZodType>(schema: S, input: unknown, command: (value: z.output<S>) => Command): Parsed {
  const result = schema.safeParse(input);
  if (result.success) return { command: command(result.data) };
  return { problem: result.error.issues.map((issue) => issue.message).join('; ') };
}

/** How a run is shown, and the files for its report. */
function displayOptions(values: Values): { progress: Progress; files: ReportFiles } {
  const visible = values['no-progress'] === true ? 'lines' : 'live';
  return { progress: values.quiet === true ? 'none' : visible, files: pick(values, reportFiles) };
}

/** The form of the result on standard output: none where a report goes there, so that a program can read the report. */
function runOutput(output: OutputOf<'run'> | undefined, values: Values): { output?: OutputOf<'run'> } {
  return standardOutputs(values).length > 0 ? {} : { output: output ?? 'text' };
}

function standardOutputs(values: Values): string[] {
  return Object.entries(pick(values, reportFiles)).flatMap(([option, path]) => (path === '-' ? [`--${option} -`] : []));
}

/** Why the options of a command exclude each other; undefined: they do not. */
export function conflictIn(values: Values): string | undefined {
  const outputs = [...standardOutputs(values), ...(values.output === undefined ? [] : [`--output ${values.output}`])];
  if (outputs.length < 2) return undefined;
  return `only one of ${outputs.join(' and ')} can have standard output`;
}

function clusterOptions(values: Values): { cluster: Cluster } {
  return { cluster: pick(values, cluster) };
}
