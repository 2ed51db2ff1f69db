import assert from 'node:assert/strict';
import { formatMicroseconds } from '../../../api/common/duration.ts';
import type { Times } from '../../../api/status/fields/times.ts';

/** One line of a runner's request log (`runners.logSamples`); times in microseconds since the load began. */
export type Sample = { arrival: number; intended: number; sent: number; done: number; outcome: string; status: number };

const HEADER = 'arrival,intended_us,sent_us,done_us,outcome,status,request';

/** The request log in a runner's output, which may contain other lines. */
export function parseSamples(log: string): Sample[] {
  const lines = log.split('\n');
  const header = lines.indexOf(HEADER);
  assert.notEqual(header, -1, 'the log has the header of the samples');
  return lines
    .slice(header + 1)
    .map((line) => line.split(','))
    .filter(
      (fields) =>
        fields.length === HEADER.split(',').length && fields.slice(0, 4).every((f) => Number.isFinite(Number(f))),
    )
    .map(([arrival, intended, sent, done, outcome = '', status]) => ({
      arrival: Number(arrival),
      intended: Number(intended),
      sent: Number(sent),
      done: Number(done),
      outcome,
      status: Number(status),
    }));
}

/**
 * The expected times of the status, computed from the sorted values instead of buckets: each percentile is the value at its rank, rounded to
 * the resolution of the histogram.
 */
export function expectedTimes(microseconds: readonly number[]): Times {
  const sorted = microseconds.map((value) => Math.max(1, value)).sort((a, b) => a - b);
  const at = (percentile: number) => {
    const rank = Math.max(1, Math.ceil((percentile * sorted.length) / 100));
    return formatMicroseconds(bucket(sorted[rank - 1]!).highest);
  };
  const middles = sorted.map(bucket).map(({ lowest, highest }) => (lowest + highest) / 2);
  return {
    min: formatMicroseconds(bucket(sorted[0]!).lowest),
    mean: formatMicroseconds(middles.reduce((sum, value) => sum + value, 0) / middles.length),
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: at(100),
  };
}

/** The range of values that the histogram does not distinguish from `value`; below 2,048 only the value itself. */
function bucket(value: number): { lowest: number; highest: number } {
  const width = 2 ** Math.max(0, Math.floor(Math.log2(value)) - 10);
  const lowest = Math.floor(value / width) * width;
  return { lowest, highest: lowest + width - 1 };
}
