import type { ParseArgsConfig } from 'node:util';

/** The commands, in the order of the help. */
export const TOPICS = [
  'run',
  'wait',
  'list',
  'stop',
  'rerun',
  'logs',
  'trigger',
  'trend',
  'report',
  'compare',
  'validate',
  'completion',
  'version',
] as const;
export type Topic = (typeof TOPICS)[number];

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** The values of --output of each command; the first is the default. */
export const OUTPUTS = {
  run: ['text', 'yaml', 'json'],
  list: ['table', 'json', 'yaml', 'name'],
  compare: ['text', 'json', 'markdown'],
  version: ['text', 'json'],
} as const satisfies Partial<Record<Topic, readonly string[]>>;

const help = { help: { type: 'boolean', short: 'h' } } as const;
export const reportFiles = {
  report: { type: 'string' },
  junit: { type: 'string' },
  json: { type: 'string' },
  markdown: { type: 'string' },
  csv: { type: 'string' },
} as const;
export const trendFiles = { report: reportFiles.report, json: reportFiles.json } as const;
export const cluster = {
  namespace: { type: 'string', short: 'n' },
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
} as const;
const set = { set: { type: 'string', multiple: true } } as const;
const allowAddress = { 'allow-address': { type: 'string', multiple: true } } as const;
const given = {
  secret: { type: 'string', multiple: true },
  script: { type: 'string' },
  data: { type: 'string' },
} as const;
/** The load of `run URL`, with the letters of oha and hey. */
export const urlOptions = {
  rate: { type: 'string', short: 'q' },
  users: { type: 'string', short: 'c' },
  duration: { type: 'string', short: 'z' },
  requests: { type: 'string', short: 'n' },
  method: { type: 'string', short: 'm' },
  header: { type: 'string', short: 'H', multiple: true },
  body: { type: 'string', short: 'd' },
  timeout: { type: 'string', short: 't' },
  save: { type: 'string' },
} as const;
const output = { output: { type: 'string', short: 'o' } } as const;
const progress = { 'no-progress': { type: 'boolean' }, quiet: { type: 'boolean' } } as const;
export const logOptions = {
  follow: { type: 'boolean', short: 'f' },
  timestamps: { type: 'boolean' },
  tail: { type: 'string' },
  since: { type: 'string' },
} as const;

/** The options of each command, for parseArgs of node:util. */
export const OPTIONS: Record<Topic, NonNullable<ParseArgsConfig['options']>> = {
  run: {
    ...{ ...help, ...reportFiles, ...set, ...output, ...progress, baseline: { type: 'string' }, ...allowAddress },
    ...{ ...given, 'no-scripts': { type: 'boolean' }, otlp: { type: 'string' }, ...urlOptions },
  },
  wait: { ...help, ...reportFiles, ...progress, ...cluster },
  list: {
    ...{ ...help, ...output, 'all-namespaces': { type: 'boolean', short: 'A' } },
    ...{ selector: { type: 'string', short: 'l' }, ...cluster },
  },
  stop: { ...help, ...cluster },
  rerun: {
    ...{ ...help, name: { type: 'string' }, ...set, wait: { type: 'boolean' } },
    ...{ ...reportFiles, ...progress, ...cluster },
  },
  logs: { ...help, ...logOptions, ...cluster },
  trigger: {
    ...{ ...help, value: { type: 'string' }, wait: { type: 'boolean' } },
    ...{ ...reportFiles, ...progress, ...cluster },
  },
  trend: { ...help, ...trendFiles, ...cluster },
  report: { ...help, ...reportFiles, ...cluster },
  compare: { ...help, ...output, 'max-regression': { type: 'string' }, ...cluster },
  validate: help,
  completion: help,
  version: { ...help, ...output },
};

/** The options of a group that are set. */
export function pick<V extends object, K extends keyof V>(values: V, group: { [name in K]: unknown }): Pick<V, K> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key in group)) as Pick<V, K>;
}
