import { formatSpread, spreadOf, table } from './statistics.ts';
import { describeMachine, type Machine } from './store.ts';
import type { TruthRun } from './truth-run.ts';

export type TruthResult = {
  machine: Machine;
  rate: number;
  seconds: number;
  freezeMs: number;
  runs: readonly TruthRun[];
  skipped: readonly { tool: string; reason: string }[];
};

/** Compares the tools' reports with the truth, in Markdown. */
export function truthReport({ machine, rate, seconds, freezeMs, runs, skipped }: TruthResult): string {
  const names = [...new Set(runs.map((r) => r.name))];
  const rows = names.flatMap((name) => rowsOf(runs.filter((r) => r.name === name)));
  const counts = names.flatMap((name) => countsOf(runs.filter((r) => r.name === name)));
  return [
    '# The truth benchmark',
    '',
    describeMachine(machine),
    `${rate.toLocaleString('en')} arrivals per second for ${seconds} s; the target stalls for ${freezeMs} ms in the middle. The waits at a`,
    'target without limits follow from the arrivals alone. The waits at this target, which needs time for the thousand responses after the',
    "stall, are in its log. Minimum / median / maximum of the rounds. A deviation is that of one round: from the target's log if requests",
    'are numbered, and otherwise from the arrivals.',
    '',
    table(['tool', 'figure', 'by arrivals, ms', "by the target's log, ms", 'observed, ms', 'deviation'], rows),
    '',
    '## Counts',
    '',
    table(['tool', 'generated', 'made', 'done', 'dropped', 'dropped, expected', 'received by the target'], counts),
    ...skipped.map((s) => `\n- ${s.tool}: ${s.reason}`),
  ].join('\n');
}

function rowsOf(runs: readonly TruthRun[]): string[][] {
  return runs[0]!.figures.map(({ name }, i) => {
    const figures = runs.map((r) => r.figures[i]!);
    const observed = figures.flatMap((f) => f.observed ?? []);
    const deviations = figures.flatMap((f) =>
      f.observed === undefined ? [] : 100 * (f.observed / (f.logged ?? f.expected) - 1),
    );
    return [
      runs[0]!.name,
      name,
      spreadOf(figures.map((f) => f.expected))!.median.toFixed(0),
      spreadOf(figures.flatMap((f) => f.logged ?? []))?.median.toFixed(0) ?? '',
      formatSpread(spreadOf(observed), 1),
      deviations.length === 0 ? 'not reported' : `${formatSpread(spreadOf(deviations), 2)}%`,
    ];
  });
}

function countsOf(runs: readonly TruthRun[]): string[][] {
  return runs.map(({ name, counts, expected, received }) => [
    name,
    ...(counts === undefined
      ? ['', '', '', '']
      : [counts.generated, counts.made, counts.done, counts.dropped].map(String)),
    String(expected?.dropped ?? ''),
    String(received),
  ]);
}
