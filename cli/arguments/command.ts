import type { GivenArguments } from '../given/given-values.ts';
import type { UrlOptions } from '../given/url-options.ts';
import type { OUTPUTS, SHELLS, Topic } from './options.ts';

/** The values of a command's --output. */
export type OutputOf<T extends keyof typeof OUTPUTS> = (typeof OUTPUTS)[T][number];
export type Shell = (typeof SHELLS)[number];

/** The file for each form of a report; "-" is standard output. */
export type ReportFiles = { report?: string; junit?: string; json?: string; markdown?: string; csv?: string };

/** The file for each form of a trend. */
export type TrendFiles = Pick<ReportFiles, 'report' | 'json'>;

/** How progress is shown: redrawn in place where a terminal allows it, as plain lines, or not at all. */
export type Progress = 'live' | 'lines' | 'none';

/** kubectl's options for the cluster and the namespace. */
export type Cluster = { namespace?: string; context?: string; kubeconfig?: string };

/** kubectl's options for logs that the command passes on. */
export type LogOptions = { follow?: boolean; timestamps?: boolean; tail?: string; since?: string };

/** How a command follows a test in a cluster, and the files for its report. */
type Following = { progress: Progress; files: ReportFiles; cluster: Cluster };

/** `output` is absent when a report goes to standard output instead. */
type Running = {
  set: string[];
  allowAddresses: string[];
  allowScripts: boolean;
  output?: OutputOf<'run'>;
  progress: Progress;
  files: ReportFiles;
  /** The endpoint that metrics are pushed to. */
  otlp?: string;
};

/** `maxRegression` is a percentage. */
type Comparing = { maxRegression: string; output: OutputOf<'compare'>; cluster: Cluster };

/** The files of a run, or the URL with the options for its load, and the file that its LoadTest is written to. */
export type RunSource = { files: string[] } | { url: string; options: UrlOptions; save?: string };

/** A parsed command line. */
export type Command =
  | { name: 'help'; topic?: Topic }
  | { name: 'version'; output: OutputOf<'version'> }
  | { name: 'completion'; shell: Shell }
  | { name: 'validate'; files: string[] }
  | ({ name: 'run'; source: RunSource; given: GivenArguments; baseline?: string } & Running)
  | ({ name: 'wait'; test: string } & Following)
  | { name: 'list'; output: OutputOf<'list'>; selector?: string; allNamespaces: boolean; cluster: Cluster }
  | { name: 'stop'; tests: string[]; cluster: Cluster }
  | ({ name: 'rerun'; test: string; newName?: string; set: string[]; wait: boolean } & Following)
  | { name: 'logs'; test: string; options: LogOptions; cluster: Cluster }
  | ({ name: 'trigger'; schedule: string; value?: string; wait: boolean } & Following)
  | { name: 'trend'; schedule: string; files: TrendFiles; cluster: Cluster }
  | { name: 'report'; source: string; files: ReportFiles; cluster: Cluster }
  | ({ name: 'compare'; baseline: string; observed: string } & Comparing);

export type CommandCalled<Name extends Command['name']> = Extract<Command, { name: Name }>;
