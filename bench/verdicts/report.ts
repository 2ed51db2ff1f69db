import { table } from '../statistics.ts';
import { describeMachine, type Machine } from '../store.ts';

/** The verdict on one threshold after one run. */
export type Outcome = {
  form: string;
  disturbance: string;
  behaviour: string;
  metric: string;
  max?: string;
  min?: string;
  holds: boolean;
  verdict: 'True' | 'False' | 'Unknown';
  isFalse: boolean;
  message: string;
};

export type VerdictsResult = {
  machine: Machine;
  rate: number;
  seconds: number;
  rounds: number;
  outcomes: readonly Outcome[];
};

/** Counts false and inconclusive verdicts, in Markdown. */
export function verdictsReport({ machine, rate, seconds, rounds, outcomes }: VerdictsResult): string {
  const falseOnes = outcomes.filter((o) => o.isFalse);
  return [
    '# The verdict benchmark',
    '',
    describeMachine(machine),
    `${rounds} rounds; ${rate} arrivals per second, or 10 users, for ${seconds} s in each run; thresholds on both sides of the truth.`,
    '',
    ...(['disturbance', 'behaviour', 'form'] as const).flatMap((key) => [
      table([key, 'verdicts', 'failed what held', 'passed what did not hold', 'inconclusive'], rowsBy(key, outcomes)),
      '',
    ]),
    table(
      ['disturbance', 'metric', 'verdicts', 'inconclusive'],
      [...Map.groupBy(outcomes, (o) => `${o.disturbance} | ${o.metric}`)].map(([key, group]) => [
        key,
        String(group.length),
        inconclusiveShare(group),
      ]),
    ),
    '',
    `## False verdicts: ${falseOnes.length} of ${outcomes.length}`,
    '',
    ...falseOnes
      .slice(0, 200)
      .map(
        (o) =>
          `- ${o.form}, ${o.disturbance}, ${o.behaviour}, ${limitText(o)} ${o.holds ? 'held' : 'did not hold'}: ${o.message}`,
      ),
  ].join('\n');
}

function limitText({ metric, max, min }: Outcome): string {
  return max === undefined ? `${metric} of at least ${min}` : `${metric} of at most ${max}`;
}

function rowsBy(key: 'disturbance' | 'behaviour' | 'form', outcomes: readonly Outcome[]): string[][] {
  return [...Map.groupBy(outcomes, (o) => o[key])].map(([name, group]) => [
    name,
    String(group.length),
    String(group.filter((o) => o.isFalse && o.holds).length),
    String(group.filter((o) => o.isFalse && !o.holds).length),
    inconclusiveShare(group),
  ]);
}

function inconclusiveShare(group: readonly Outcome[]): string {
  return `${((100 * group.filter((o) => o.verdict === 'Unknown').length) / group.length).toFixed(1)}%`;
}
