import { usToMs } from '../../api/common/duration.ts';
import { API_VERSION } from '../../api/common/group.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { MAX_REPORT_DOCUMENT_BYTES, type ReportDocument, type Timeline } from '../../api/report/report-document.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { Found } from '../compare/baseline.ts';
import { halved } from '../measure/coarse-timeline.ts';
import { addCounts, noCounts, resultCounts } from '../measure/counters.ts';
import type { Histogram } from '../measure/histogram.ts';
import { mergePacked, PackedHistogram } from '../measure/packed-histogram.ts';
import { mapTimes, type Snapshot, type Times } from '../measure/snapshot.ts';
import { type Summary, summarise } from '../measure/summary.ts';
import { encodeHistogram } from '../wire/histogram-encoding.ts';
import { resultNumbers } from './result-numbers.ts';

/** A runner at the end of a test: its state, its node and machine, and its last snapshot, if it has sent one. */
export type RunnerEnd = {
  index: number;
  state: string;
  message?: string;
  node?: string;
  machine?: string;
  snapshot?: Snapshot;
};

export type ReportOf = {
  metadata: ReportDocument['metadata'];
  spec: LoadTestSpec;
  status: LoadTestStatus;
  timeline: Timeline;
  runners: readonly RunnerEnd[];
  /** The summary of these runners, from a caller that has made it. */
  summary?: Summary;
  environment: ReportDocument['environment'];
  /** The result that the test was compared with. */
  baseline?: Found | undefined;
};

/** The full result of a finished LoadTest, cut down to the size of its ConfigMap. */
export function reportDocument(of: ReportOf): ReportDocument {
  const { metadata, spec, status, timeline, runners, environment, baseline } = of;
  const machines = [...new Set(runners.flatMap((r) => r.machine ?? []))].sort();
  const isCompared = (status.comparison?.metrics.length ?? 0) > 0;
  const snapshots = runners.flatMap((r) => r.snapshot ?? []);
  const whole = of.summary ?? summarise(spec, snapshots);
  return fit({
    apiVersion: API_VERSION,
    kind: 'LoadTestReport',
    metadata,
    spec,
    status,
    result: resultNumbers(spec, status, snapshots.length === 0 ? undefined : whole),
    timeline,
    histograms: {
      ...encodedTimes(whole),
      pacingLag: encoded(whole.pacingLag),
      requests: whole.requests.map((r) => ({ name: r.name, ...encodedTimes(r) })),
    },
    ...(isCompared && baseline?.status.windows && { baselineWindows: baseline.status.windows }),
    runners: runners.map(runnerLine),
    environment: { ...environment, ...(machines.length > 0 && { machines }) },
    omitted: [],
  });
}

function encodedTimes(times: Times<Histogram>): Times<string> {
  return mapTimes(times, encoded);
}

function encoded(histogram: Histogram): string {
  return encodeHistogram(PackedHistogram.of(histogram));
}

function runnerLine(runner: RunnerEnd): ReportDocument['runners'][number] {
  const { index, state, message, node, snapshot } = runner;
  const line = { index, state, ...(message && { message: message.slice(0, 1024) }), ...(node && { node }) };
  if (snapshot === undefined) return line;
  // There may be a thousand runners, so each has only its counters, CPU and p99.
  const { requests, cpuMs, elapsedMs } = snapshot;
  const counts = requests.map((r) => r.counts).reduce(addCounts, noCounts());
  const p99Us = mergePacked(requests.map((r) => r.responseTime)).valueAtPercentile(99);
  return {
    ...line,
    counts: resultCounts(counts),
    cpuCores: elapsedMs === 0 ? 0 : threeDigits(cpuMs / elapsedMs),
    ...(p99Us === undefined ? {} : { p99Ms: usToMs(p99Us) }),
  };
}

function threeDigits(value: number): number {
  return Number(value.toPrecision(3));
}

/** The parts to leave out, the least needed first; each is also elsewhere in the report as a sum. */
const OMISSIONS: { part: string; without: (report: ReportDocument) => ReportDocument }[] = [
  {
    part: 'histograms of the single requests',
    without: (r) => ({ ...r, histograms: { ...r.histograms, requests: [] } }),
  },
  {
    part: 'runners that finished',
    without: (r) => ({ ...r, runners: r.runners.filter((runner) => runner.state !== 'Finished') }),
  },
  {
    part: 'nodes',
    without: ({ environment: { nodes: _, machines: __, ...environment }, ...r }) => ({ ...r, environment }),
  },
  {
    part: 'half of the points of the timeline: two became one each, with the higher of their percentiles',
    without: (r) => ({ ...r, timeline: halved(r.timeline) }),
  },
];

/** Cuts `report` down to `limit` bytes of JSON; `omitted` lists the parts left out. */
export function fit(report: ReportDocument, limit = MAX_REPORT_DOCUMENT_BYTES): ReportDocument {
  let fitting = report;
  for (const { part, without } of OMISSIONS) {
    if (Buffer.byteLength(JSON.stringify(fitting)) <= limit) return fitting;
    fitting = { ...without(fitting), omitted: [...fitting.omitted, part] };
  }
  return fitting;
}
