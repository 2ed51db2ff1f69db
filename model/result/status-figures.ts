import { microseconds } from '../../api/common/duration.ts';
import { share } from '../../api/common/quantity.ts';
import { recordOf } from '../../api/status/counters.ts';
import type { Times } from '../../api/status/fields/times.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { type ResultFigures, STATISTICS, type TimesUs } from './figures.ts';

type Figures = Pick<LoadTestStatus, 'rate' | 'errorShare' | 'responseTime' | 'firstByte' | 'serviceTime' | 'generator'>;

/**
 * Reads the figures of a status, such as one from a cluster or a report file, as numbers with the three or four digits that a status has.
 * Figures that it does not have are undefined.
 */
export function statusFigures(status: Figures): ResultFigures {
  const { rate, errorShare, responseTime, firstByte, serviceTime, generator } = status;
  return {
    rate: rate && { target: read(rate.target, Number), achieved: Number(rate.achieved) },
    errorShare: read(errorShare, share),
    responseTimeUs: responseTime && readTimes(responseTime),
    firstByteUs: firstByte && readTimes(firstByte),
    serviceTimeUs: serviceTime && readTimes(serviceTime),
    generator: generator && {
      saturated: generator.saturated,
      pacingLagP99Us: read(generator.pacingLagP99, microseconds),
      cpu: share(generator.cpu),
      throttled: read(generator.throttled, share),
      gcPauseMaxUs: read(generator.gcPauseMax, microseconds),
      gcShare: read(generator.gcShare, share),
    },
  };
}

function read(text: string | undefined, parse: (text: string) => number): number | undefined {
  return text === undefined ? undefined : parse(text);
}

export function readTimes(times: Times): TimesUs {
  return recordOf(STATISTICS, (name) => microseconds(times[name]));
}
