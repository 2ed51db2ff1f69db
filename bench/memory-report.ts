import { formatSpread, slopeOf, spreadOf, table } from './statistics.ts';
import { describeMachine, type Machine } from './store.ts';

export type Sample = { atMs: number; residentMiB: number };

export type MemoryRun = {
  title: string;
  connections: number;
  /** Requests at a time on each connection. */
  streams: number;
  /** Complete requests. */
  done: number;
  samples: readonly Sample[];
};

/** The start, in which connections open and code is compiled. */
const START_MS = 10_000;

/** The resident memory of runners under loads, in Markdown. */
export function memoryReport(result: { machine: Machine; bundled: boolean; runs: readonly MemoryRun[] }): string {
  return [
    '# Memory of a runner',
    '',
    describeMachine(result.machine),
    `The runner ${result.bundled ? 'as bundled' : 'from its sources'}. Resident set in MiB, minimum / median / maximum; the growth is the slope`,
    `of a line through the samples after the first ${START_MS / 1e3} s.`,
    '',
    table(
      [
        'load',
        'seconds',
        'requests/s',
        `first ${START_MS / 1e3} s`,
        'first quarter of the rest',
        'last quarter',
        'growth, MiB/min',
      ],
      result.runs.map(rowOf),
    ),
  ].join('\n');
}

function rowOf({ title, connections, streams, done, samples }: MemoryRun): string[] {
  const settled = samples.filter((s) => s.atMs - samples[0]!.atMs >= START_MS);
  const quarter = Math.ceil(settled.length / 4);
  const mib = (list: readonly Sample[]) => formatSpread(spreadOf(list.map((s) => s.residentMiB)), 1);
  const seconds = ((samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0)) / 1e3;
  return [
    `${title}, ${connections.toLocaleString('en')} connections × ${streams}`,
    seconds.toFixed(0),
    Math.round(done / Math.max(1, seconds)).toLocaleString('en'),
    mib(samples.filter((s) => !settled.includes(s))),
    mib(settled.slice(0, quarter)),
    mib(settled.slice(-quarter)),
    slopeOf(settled.map((s) => [s.atMs / 60e3, s.residentMiB])).toFixed(2),
  ];
}
