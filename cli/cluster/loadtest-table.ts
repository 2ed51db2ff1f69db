import * as z from 'zod';
import { msToSeconds } from '../../api/common/duration.ts';
import { shownValue } from '../../api/common/shown/text.ts';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import { loadTestStatusSchema } from '../../api/status/loadtest-status.ts';
import { capitalized } from '../../api/status/verdict.ts';
import type { Paint } from '../../render/common/paint.ts';
import { type Align, table } from '../../render/common/table.ts';
import { verdictOf } from '../../render/common/verdict.ts';

const listSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string(), namespace: z.string(), creationTimestamp: z.string() }),
      status: loadTestStatusSchema.optional(),
    }),
  ),
});
type Item = z.infer<typeof listSchema>['items'][number];

type TableOptions = { allNamespaces: boolean; nowMs: number; paint: Paint };

/** Lays a list of LoadTests, the JSON of kubectl, out as a table with their verdicts; no lines for an empty list. */
export function loadTestTable(json: string, { allNamespaces, nowMs, paint }: TableOptions): string[] {
  const { items } = shownValue(listSchema.parse(JSON.parse(json)));
  if (items.length === 0) return [];
  const head = ['NAME', 'STATE', 'VERDICT', 'RUNNERS', 'RATE', 'P99', 'ERRORS', 'AGE'];
  const rows = items.map(({ metadata, status = {} }) => {
    const { rate, responseTime, errorShare, runners } = status;
    return [
      ...(allNamespaces ? [metadata.namespace] : []),
      metadata.name,
      findCondition(status.conditions, 'Complete')?.reason ?? '-',
      verdictCell(status, paint),
      runners === undefined ? '-' : `${runners.desired - runners.lost}/${runners.desired}`,
      rate === undefined ? '-' : `${rate.achieved}/s`,
      responseTime?.p99 ?? '-',
      errorShare ?? '-',
      age(nowMs - Date.parse(metadata.creationTimestamp)),
    ];
  });
  const left: Align[] = ['left', 'left', 'left', ...(allNamespaces ? (['left'] as const) : [])];
  return table([[...(allNamespaces ? ['NAMESPACE'] : []), ...head], ...rows], left);
}

/** The verdict of a complete test, capitalized. */
function verdictCell({ conditions }: NonNullable<Item['status']>, paint: Paint): string {
  if (findCondition(conditions, 'Passed') === undefined || !isTrue(conditions, 'Complete')) return '-';
  const { style, word } = verdictOf(conditions);
  return paint(style, capitalized(word));
}

/** An age in kubectl's format: in one unit, or in two while the first is small. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(msToSeconds(ms)));
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return `${minutes}m${seconds % 60 === 0 ? '' : `${seconds % 60}s`}`;
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return `${hours}h${minutes % 60 === 0 ? '' : `${minutes % 60}m`}`;
  if (hours < 48) return `${hours}h`;
  if (days < 8) return `${days}d${hours % 24 === 0 ? '' : `${hours % 24}h`}`;
  return `${days}d`;
}
