import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type AnyPanel, DATASOURCE } from './panels.ts';

/** A variable that the user selects; `all` adds the choice of all values, with more than one at a time. */
export type Variable = { name: string; label: string; query: string; all?: boolean };

/** Panels under a heading, from left to right; those of one line are 24 columns wide together. */
export type Row = { title: string; panels: readonly AnyPanel[] };

/** A mark on every graph at the time, in seconds since the epoch, that a metric has as its value. */
export type Mark = { name: string; title: string; expr: string; color: string };

export type Frame = {
  uid: string;
  title: string;
  description: string;
  /** The time range at first, such as now-1h, and how often it is refreshed; empty: never. */
  from: string;
  refresh: string;
  variables: readonly Variable[];
  marks?: readonly Mark[];
  rows: readonly Row[];
};

const TAG = 'loadtest';

/** A dashboard in Grafana's model. Each links to the others, which it finds by their tag. */
export function dashboard({ uid, title, description, from, refresh, variables, marks = [], rows }: Frame): Dashboard {
  const built = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from, to: 'now' })
    .refresh(refresh)
    .timezone('browser')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'))
    .link(
      new DashboardLinkBuilder('Load tests')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .includeVars(true)
        .keepTime(true),
    );
  for (const variable of variables) built.withVariable(variableOf(variable));
  for (const { name, title: text, expr, color } of marks)
    built.annotation(
      new AnnotationQueryBuilder()
        .name(name)
        .datasource(DATASOURCE)
        .enable(true)
        .iconColor(color)
        .expr(`${expr} * 1000`)
        .titleFormat(text)
        .useValueForTime(true),
    );
  for (const row of rows) {
    built.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) built.withPanel(panel);
  }
  return numbered(built.build());
}

function variableOf({ name, label, query, all = false }: Variable): QueryVariableBuilder {
  const variable = new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ qryType: 1, query, refId: name })
    .definition(query)
    // Each time range has other tests.
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
  return all
    ? variable.multi(true).includeAll(true).allValue('.*').current({ text: 'All', value: '$__all' })
    : variable;
}

/** Gives every panel an id: a link to one panel has it. Links and marks stay visible instead of in a menu, the builder's default. */
function numbered(model: Dashboard): Dashboard {
  for (const [index, panel] of (model.panels ?? []).entries()) panel.id = index + 1;
  for (const link of model.links ?? []) delete link.placement;
  for (const annotation of model.annotations.list ?? []) delete annotation.placement;
  return model;
}
