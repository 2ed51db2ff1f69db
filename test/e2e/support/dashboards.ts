import { DASHBOARDS } from '../../../charts/dashboards/files.ts';
import type { Environment } from './environment.ts';
import { series } from './prometheus.ts';

export type DashboardName = keyof typeof DASHBOARDS;

/** A query of a dashboard: of a panel, or of a mark. `instant`: only the newest value is shown. */
export type DashboardQuery = { dashboard: DashboardName; name: string; expr: string; instant: boolean };

type Target = { expr: string; legendFormat?: string; refId: string; instant?: boolean };

/** Every query of every dashboard with a name of its own. */
export const QUERIES: readonly DashboardQuery[] = (Object.keys(DASHBOARDS) as DashboardName[]).flatMap((dashboard) => {
  const { panels = [], annotations } = DASHBOARDS[dashboard];
  const ofPanels = panels.flatMap((panel) => {
    const { title = '', targets = [] } = 'targets' in panel ? panel : {};
    return (targets as unknown as Target[]).map(({ expr, refId, instant = false }) => ({
      dashboard,
      name: `${title}: ${refId}`,
      expr,
      instant,
    }));
  });
  const marks = (annotations.list ?? []).map(({ name, expr = '' }) => ({ dashboard, name, expr, instant: false }));
  return [...ofPanels, ...marks];
});

/** The queries of the variables that the user selects. */
export const VARIABLES = (Object.keys(DASHBOARDS) as DashboardName[]).flatMap((dashboard) =>
  (DASHBOARDS[dashboard].templating.list ?? []).flatMap(({ name, definition }) =>
    definition === undefined ? [] : [{ dashboard, name, definition }],
  ),
);

/** A query as Grafana sends it, with the values of its variables. */
export function filled(expr: string, values: Readonly<Record<string, string>>): string {
  return expr.replace(/\$(\w+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`$${name} in ${expr} has no value`);
    return value;
  });
}

/** A time range, and the values of the variables that the user selects. */
export type Selection = { range: { from: Date; to: Date }; values: Readonly<Record<string, string>> };

/** All requests and schedules; rates over four scrapes of the cluster's Prometheus. */
const USUAL = { request: '.*', schedule: '.*', loadtest: '.*', __rate_interval: '4s', __range: '10m' };

/** The highest number that a query has in a time range; undefined without any. */
export async function peakOf(on: Environment, expr: string, { range, values }: Selection): Promise<number | undefined> {
  const found = await series(on, filled(expr, { ...USUAL, ...values }), range);
  const numbers = found.flatMap((one) => one.values.map(([, value]) => Number(value))).filter(Number.isFinite);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

/** The names of the queries of a dashboard that have no number in a time range. */
export async function withoutData(on: Environment, dashboard: DashboardName, selection: Selection): Promise<string[]> {
  const names: string[] = [];
  for (const { name, expr } of QUERIES.filter((query) => query.dashboard === dashboard))
    if ((await peakOf(on, expr, selection)) === undefined) names.push(name);
  return names;
}
