import { formatMicroseconds, msToUs } from '../../api/common/duration.ts';
import { formatCount, formatShare } from '../../api/common/quantity.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { escapeText as e } from '../common/escape.ts';
import { healthLines } from '../common/wording.ts';
import { section } from './section.ts';

/** The load generator: each runner, its health, and whether it was the limit of the measurement. */
export function generator({ status, runners }: ReportDocument): string {
  const saturated = findCondition(status.conditions, 'GeneratorSaturated');
  const rows = runners.map((r) => [
    String(r.index),
    `<span class="${r.state === 'Finished' ? 'ok' : 'no'}">${e(r.state)}</span>`,
    r.counts === undefined ? '–' : formatCount(r.counts.made),
    r.p99Ms === undefined ? '–' : e(formatMicroseconds(msToUs(r.p99Ms))),
    r.cpuCores === undefined ? '–' : e(formatShare(r.cpuCores)),
    { text: [r.node, r.message].filter(Boolean).join(': ') },
  ]);
  const health = status.generator === undefined ? [] : healthLines(status.generator);
  return section(
    'Load generator',
    ['runner', 'state', 'made', 'p99', 'CPU', { text: 'node' }],
    rows,
    `<p class="soft">${e([saturated?.message, ...health].filter(Boolean).join('; '))}</p>`,
  );
}

/** Versions and machines of the run, and the parts that the report leaves out for its size. */
export function environment({ environment: env, metadata, omitted }: ReportDocument): string {
  const rows = (
    [
      ['namespace', metadata.namespace],
      ['uid', metadata.uid],
      ['loadtest-operator', env.version],
      ['Kubernetes', env.kubernetes],
      ['image', env.image],
      ['nodes', env.nodes?.join(', ')],
      ['machines', env.machines?.join('; ')],
      ['machine', env.machine],
    ] as const
  ).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[e(name), { text: value }]]));
  const left = omitted.length === 0 ? '' : `<p class="soft">Left out: ${e(omitted.join(', '))}.</p>`;
  return section('Environment', undefined, rows, left);
}
