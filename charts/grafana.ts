/** One PromQL query of a panel, with the names of its series. `instant`: only the newest value. */
export type Query = { expr: string; legend: string; instant?: boolean };

type Look = { text: string; color: string };

/** A panel; {@link dashboard} turns it into Grafana's model. */
export type Panel = {
  title: string;
  description: string;
  kind: 'timeseries' | 'stat';
  /** Grafana's id of a unit, such as reqps, s or percentunit. */
  unit: string;
  queries: readonly Query[];
  /** Columns, of 24 per row. */
  width: number;
  /** Text and colour of a value, such as a verdict; `NaN` for no number. */
  values?: Readonly<Record<string, Look>>;
};

/** A row of panels under a heading. */
export type Row = { title: string; panels: readonly Panel[] };

/** A variable that the user selects from the results of a query. */
export type Variable = { name: string; label: string; query: string };

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const COLUMNS = 24;
const HEADING_HEIGHT = 1;
const PANEL_HEIGHT = { timeseries: 8, stat: 4 } as const;

/** A dashboard in Grafana's JSON model, the panels laid out from left to right, row by row. */
export function dashboard(about: { uid: string; title: string; description: string; tags: readonly string[] }) {
  return (variables: readonly Variable[], rows: readonly Row[]) => ({
    ...about,
    editable: true,
    graphTooltip: 1,
    refresh: '5s',
    schemaVersion: 39,
    time: { from: 'now-15m', to: 'now' },
    timezone: 'browser',
    templating: { list: [datasourceVariable, ...variables.map(queryVariable)] },
    panels: layOut(rows).map((panel, index) => ({ id: index + 1, ...panel })),
  });
}

const datasourceVariable = { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };

function queryVariable({ name, label, query }: Variable) {
  // 2 refreshes at every change of the time range, because each range has other tests.
  const model = { qryType: 1, query, refId: name };
  return { name, label, type: 'query', datasource: DATASOURCE, query: model, definition: query, refresh: 2, sort: 1 };
}

function layOut(rows: readonly Row[]) {
  let y = 0;
  return rows.flatMap((row) => {
    const heading = {
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: HEADING_HEIGHT },
    };
    y += HEADING_HEIGHT;
    let x = 0;
    let height = 0;
    const panels = row.panels.map((panel) => {
      if (x + panel.width > COLUMNS) {
        x = 0;
        y += height;
        height = 0;
      }
      const gridPos = { x, y, w: panel.width, h: PANEL_HEIGHT[panel.kind] };
      x += panel.width;
      height = Math.max(height, gridPos.h);
      return grafanaPanel(panel, gridPos);
    });
    y += height;
    return [heading, ...panels];
  });
}

function grafanaPanel(panel: Panel, gridPos: { x: number; y: number; w: number; h: number }) {
  return {
    type: panel.kind,
    title: panel.title,
    description: panel.description,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: {
      defaults: {
        unit: panel.unit,
        ...(panel.kind === 'timeseries' ? { min: 0, custom: { fillOpacity: 8, showPoints: 'never' } } : {}),
        ...(panel.values === undefined ? {} : { mappings: mappings(panel.values) }),
      },
      overrides: [],
    },
    options: OPTIONS[panel.kind],
    targets: panel.queries.map(({ expr, legend, instant = false }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      instant,
      range: !instant,
    })),
  };
}

function mappings({ NaN: none, ...values }: Readonly<Record<string, Look>>) {
  const byValue = { type: 'value', options: values };
  return none === undefined ? [byValue] : [byValue, { type: 'special', options: { match: 'nan', result: none } }];
}

const OPTIONS = {
  timeseries: {
    legend: { displayMode: 'table', placement: 'bottom', calcs: ['mean', 'max'] },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  stat: {
    colorMode: 'value',
    graphMode: 'none',
    textMode: 'value',
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
  },
} as const;
