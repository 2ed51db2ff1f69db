import { capacityLoadSchema } from '../../../api/loadtest/load/capacity-load.ts';
import type { ReportDocument } from '../../../api/report/report-document.ts';
import type { FinishedTrial } from '../../../api/status/capacity.ts';
import { capacityResult } from '../../../model/capacity/result/capacity-status.ts';
import { resultNumbers } from '../../../model/result/result-numbers.ts';
import { search, settingsWith } from '../capacity/searches.ts';
import { reportOf } from './report-document.ts';

const FIELDS = { maxRate: 4000, minRate: 50 };

/** The trials of a search against a target that carries 1,830/s, whose times grow with the rate. */
export function trialsOfSearch(): FinishedTrial[] {
  const settings = settingsWith(FIELDS);
  return search(settings, ({ rate }) => {
    const p99 = Math.round(20 + 80 * (rate / 1830) ** 6);
    const figures = { p50: `${Math.round(p99 / 4)}ms`, p95: `${Math.round(p99 / 2)}ms`, p99: `${p99}ms` };
    const good = rate <= 1830;
    const by = [{ metric: 'responseTime.p99' }];
    return { ...figures, good, observed: [figures.p99], errors: good ? '0%' : '1.2%', ...(!good && { by }) };
  }).trials;
}

/** The full report of that search. */
export function capacityReport(): ReportDocument {
  const whole = reportOf();
  const capacity = capacityResult(settingsWith(FIELDS), trialsOfSearch(), 'Found');
  const spec = {
    ...whole.spec,
    load: { type: 'Capacity' as const, capacity: capacityLoadSchema.parse(FIELDS) },
    thresholds: [
      { metric: 'responseTime.p99', max: '100ms' },
      { metric: 'errors', max: '1%' },
    ],
  };
  const status = { ...whole.status, capacity };
  return { ...whole, spec, status, result: resultNumbers(spec, status, undefined) };
}
