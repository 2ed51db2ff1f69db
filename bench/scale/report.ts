import { table } from '../statistics.ts';
import { describeMachine, type Machine } from '../store.ts';
import type { ManyRunners } from './many-runners.ts';
import type { ManyTests } from './many-tests.ts';
import type { Usage } from './operator.ts';

export type Scale = { machine: Machine; runners: ManyRunners; tests: ManyTests };

export function scaleReport({ machine, runners, tests }: Scale): string {
  return [
    '# The operator at scale',
    '',
    `\`npm run bench -- scale\`, on a control plane without nodes. ${describeMachine(machine)}`,
    'API server, etcd, the simulated runners and the operator share its cores.',
    '',
    `## ${runners.runners} runners in one LoadTest, ${runners.seconds} s of load`,
    '',
    table(
      ['stage', 'CPU, cores', 'resident, MiB, median / max', 'updates', 'response after, ms, p50 / p99 / max'],
      (['waiting', 'underLoad', 'ending'] as const).map((stage) => {
        const { usage, responses } = runners[stage];
        const times = [responses.p50Ms, responses.p99Ms, responses.maxMs].map((ms) => ms.toFixed(0)).join(' / ');
        return [STAGES[stage], ...usageCells(usage), String(responses.count), times];
      }),
    ),
    '',
    `The operator requested an update every ${runners.underLoad.nextReportMs} ms. From the last final update to Complete: ${runners.completeMs.toFixed()} ms. `,
    `Peak memory: ${runners.peakMiB.toFixed()} MiB. Writes to the API server, events included: ${runners.writes}, and one TokenReview per runner.`,
    `Merged result: ${runners.wrong.length === 0 ? 'counts and percentiles equal those of all samples together' : runners.wrong.join('; ')}.`,
    '',
    `## ${tests.finished} finished LoadTests, ${tests.active} active`,
    '',
    table(
      ['stage', 'CPU, cores', 'resident, MiB, median / max'],
      [
        ['all finished', ...usageCells(tests.idle)],
        [`${tests.active} begin, run and end`, ...usageCells(tests.busy)],
      ],
    ),
    '',
    `A finished LoadTest has ${tests.bytesOfOne} bytes as JSON. From the operator's start until it has listed all: ${tests.restart.readyMs.toFixed()} ms; until it has reconciled each: ${tests.restart.reconciledMs.toFixed()} ms.`,
    `Peak memory: ${tests.peakMiB.toFixed()} MiB. 99% of the keys waited for less than ${tests.queueWaitP99} s. A scrape of ${tests.scrape.series} series: ${tests.scrape.ms.toFixed()} ms.`,
  ].join('\n');
}

const STAGES = { waiting: 'before the start', underLoad: 'under load', ending: 'final updates' };

function usageCells({ cores, residentMiB: { median, max } }: Usage): string[] {
  return [cores.toFixed(2), `${median.toFixed()} / ${max.toFixed()}`];
}
