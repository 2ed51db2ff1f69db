import * as z from 'zod';
import { parseCidr } from '../../api/common/cidr.ts';
import { PERCENT_PATTERN } from '../../api/common/quantity.ts';
import type { Cluster, Command, LogOptions, ReportFiles } from './command.ts';
import { cluster, logOptions, OUTPUTS, reportFiles, SHELLS, type Topic } from './options.ts';

export type Parsed = { command: Command } | { problem: string };

/** The options of all commands, as parseArgs gives them back. */
export type Values = ReportFiles &
  Cluster &
  LogOptions & {
    help?: boolean;
    set?: string[];
    output?: string;
    'no-progress'?: boolean;
    'all-namespaces'?: boolean;
    selector?: string;
    name?: string;
    wait?: boolean;
    baseline?: string;
    'max-regression'?: string;
    'allow-address'?: string[];
  };

const mustBe = (forms: readonly string[]) => `--output must be ${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`;
const oneName = (topic: Topic) => z.tuple([z.string()], `${topic} takes exactly one NAME`);
const isRange = (text: string) => parseCidr(text) !== undefined;

const runSchema = z.object({
  words: z.tuple([z.string()], 'run takes exactly one FILE ("-" reads standard input)'),
  output: z.enum(OUTPUTS.run, mustBe(OUTPUTS.run)).default('text'),
  'allow-address': z
    .array(z.string().refine(isRange, '--allow-address must be a range such as 169.254.10.0/24'))
    .default([]),
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
const versionSchema = z.object({ output: z.enum(OUTPUTS.version, mustBe(OUTPUTS.version)).default('text') });
const names = z.array(z.string()).min(1, 'stop takes at least one NAME');
const files = z.array(z.string()).min(1, 'validate takes at least one FILE ("-" reads standard input)');
const oneSource = z.tuple([z.string()], 'report takes exactly one NAME or FILE ("-" reads standard input)');
const oneShell = z.tuple([z.enum(SHELLS)], `completion takes exactly one of ${SHELLS.join(', ')}`);

/** What each command makes of its words and options. */
export const COMMANDS: Record<Topic, (words: string[], values: Values) => Parsed> = {
  run: (words, values) =>
    checked(runSchema, { ...values, words }, ({ words: [file], output, 'allow-address': allowAddresses }) => ({
      ...{ name: 'run', file, set: values.set ?? [], allowAddresses, output },
      ...(values.baseline !== undefined && { baseline: values.baseline }),
      ...showing(values),
    })),
  wait: (words, values) =>
    checked(oneName('wait'), words, ([test]) => ({ name: 'wait', test, ...showing(values), ...where(values) })),
  list: (words, values) =>
    checked(listSchema, { ...values, words }, ({ output }) => ({
      ...{ name: 'list', output, allNamespaces: values['all-namespaces'] === true },
      ...(values.selector !== undefined && { selector: values.selector }),
      ...where(values),
    })),
  stop: (words, values) => checked(names, words, (tests) => ({ name: 'stop', tests, ...where(values) })),
  rerun: (words, values) =>
    checked(oneName('rerun'), words, ([test]) => ({
      ...{ name: 'rerun', test, set: values.set ?? [], wait: values.wait === true },
      ...(values.name !== undefined && { newName: values.name }),
      ...{ ...showing(values), ...where(values) },
    })),
  logs: (words, values) =>
    checked(oneName('logs'), words, ([test]) => ({
      ...{ name: 'logs', test, options: pick(values, logOptions), ...where(values) },
    })),
  report: (words, values) =>
    checked(oneSource, words, ([source]) => ({
      ...{ name: 'report', source, files: pick(values, reportFiles), ...where(values) },
    })),
  compare: (words, values) =>
    checked(compareSchema, { ...values, words }, ({ words: [baseline, observed], output, ...rest }) => ({
      ...{ name: 'compare', baseline, observed, output, maxRegression: rest['max-regression'], ...where(values) },
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

/** How a run is shown, and where its report goes. */
function showing(values: Values): { plain: boolean; files: ReportFiles } {
  return { plain: values['no-progress'] === true, files: pick(values, reportFiles) };
}

function where(values: Values): { cluster: Cluster } {
  return { cluster: pick(values, cluster) };
}

/** The options of a group that were given. */
function pick<K extends keyof Values>(values: Values, group: Record<K, unknown>): Pick<Values, K> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key in group)) as Pick<Values, K>;
}
