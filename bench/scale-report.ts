import type { Taken } from './scale-operator.ts';
import type { ManyRunners } from './scale-runners.ts';
import type { ManyTests } from './scale-tests.ts';
import { table } from './statistics.ts';
import { describeMachine, type Machine } from './store.ts';

export type Scale = { machine: Machine; runners: ManyRunners; tests: ManyTests };

export function scaleReport({ machine, runners, tests }: Scale): string {
  return [
    '# The operator at scale',
    '',
    `\`npm run bench -- scale\`, on a control plane without nodes. ${describeMachine(machine)}`,
    'API server, etcd, the runners that the bench plays and the operator share its cores.',
    '',
    `## ${runners.runners} runners in one LoadTest, ${runners.seconds} s of load`,
    '',
    table(
      ['stage', 'CPU, cores', 'resident, MiB, median / max', 'reports', 'answered after, ms, p50 / p99 / max'],
      (['waiting', 'underLoad', 'ending'] as const).map((stage) => {
        const { taken, responses } = runners[stage];
        const times = [responses.p50Ms, responses.p99Ms, responses.maxMs].map((ms) => ms.toFixed(0)).join(' / ');
        return [STAGES[stage], ...takenCells(taken), String(responses.count), times];
      }),
    ),
    '',
    `The operator asked for a report every ${runners.underLoad.nextReportMs} ms. From the last final report to Complete: ${runners.completeMs.toFixed()} ms. `,
    `Most memory ever: ${runners.peakMiB.toFixed()} MiB. Writes to the API server, events included: ${runners.writes}, and one TokenReview a runner.`,
    `Merged result: ${runners.wrong.length === 0 ? 'counts and percentiles are those of all samples together' : runners.wrong.join('; ')}.`,
    '',
    `## ${tests.finished} finished LoadTests, ${tests.active} at work`,
    '',
    table(
      ['stage', 'CPU, cores', 'resident, MiB, median / max'],
      [
        ['all are over', ...takenCells(tests.idle)],
        [`${tests.active} begin, run and end`, ...takenCells(tests.busy)],
      ],
    ),
    '',
    `A finished LoadTest has ${tests.bytesOfOne} bytes as JSON. From the operator's start until it has seen all: ${tests.restart.readyMs.toFixed()} ms; until it has looked at each: ${tests.restart.lookedAtMs.toFixed()} ms.`,
    `Most memory ever: ${tests.peakMiB.toFixed()} MiB. 99% of the keys waited for less than ${tests.queueWaitP99} s. A scrape of ${tests.scrape.series} series: ${tests.scrape.ms.toFixed()} ms.`,
  ].join('\n');
}

const STAGES = { waiting: 'to the barrier', underLoad: 'under load', ending: 'final reports' };

function takenCells({ cores, residentMiB: { median, max } }: Taken): string[] {
  return [cores.toFixed(2), `${median.toFixed()} / ${max.toFixed()}`];
}
