import type { OUTPUTS, SHELLS, Topic } from './options.ts';

/** In what form a command prints what it has to say. */
export type OutputOf<T extends keyof typeof OUTPUTS> = (typeof OUTPUTS)[T][number];
export type Shell = (typeof SHELLS)[number];

/** Where each form of a report goes, if anywhere; "-" is standard output. */
export type ReportFiles = { report?: string; junit?: string; json?: string; markdown?: string };

/** Which cluster and namespace is meant, in kubectl's own options. */
export type Cluster = { namespace?: string; context?: string; kubeconfig?: string };

/** What of kubectl's own options for logs is passed on to it. */
export type LogOptions = { follow?: boolean; timestamps?: boolean; tail?: string; since?: string };

/** How a test in a cluster is followed to its end, and where its report goes then. */
type Following = { plain: boolean; files: ReportFiles; cluster: Cluster };

type Running = { set: string[]; allowAddresses: string[]; output: OutputOf<'run'>; plain: boolean; files: ReportFiles };

/** `maxRegression` is a percentage. */
type Comparing = { maxRegression: string; output: OutputOf<'compare'>; cluster: Cluster };

/** What the words on the command line ask for. */
export type Command =
  | { name: 'help'; topic?: Topic }
  | { name: 'version'; output: OutputOf<'version'> }
  | { name: 'completion'; shell: Shell }
  | { name: 'validate'; files: string[] }
  | ({ name: 'run'; file: string; baseline?: string } & Running)
  | ({ name: 'wait'; test: string } & Following)
  | { name: 'list'; output: OutputOf<'list'>; selector?: string; allNamespaces: boolean; cluster: Cluster }
  | { name: 'stop'; tests: string[]; cluster: Cluster }
  | ({ name: 'rerun'; test: string; newName?: string; set: string[]; wait: boolean } & Following)
  | { name: 'logs'; test: string; options: LogOptions; cluster: Cluster }
  | { name: 'report'; source: string; files: ReportFiles; cluster: Cluster }
  | ({ name: 'compare'; baseline: string; observed: string } & Comparing);

export type CommandCalled<Name extends Command['name']> = Extract<Command, { name: Name }>;
