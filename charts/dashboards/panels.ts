import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as Heatmap,
  HeatmapColorOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

/** The data source that the user selects. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** One PromQL query with the names of its series. */
export type Query = { expr: string; legend: string };

/** What every panel has: a title, what it shows, Grafana's id of a unit such as s or reqps, and what stands there without data. */
export type About = { title: string; description: string; unit?: string; none?: string; queries: readonly Query[] };

const GRAPH_HEIGHT = 8;
const NO_DATA = 'no data in this time range';

/** The name of a query within its panel: A, B and so on. */
function refIdOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

function target(index: number, { expr, legend }: Query): DataqueryBuilder {
  return new DataqueryBuilder().refId(refIdOf(index)).datasource(DATASOURCE).expr(expr).legendFormat(legend);
}

type Size = { width: number; height: number };

/** Gives a panel what every one has; `width` of the 24 columns. */
function framed<P extends TimeSeries | Stat | Heatmap | Table>(
  panel: P,
  { title, description, none = NO_DATA }: Pick<About, 'title' | 'description' | 'none'>,
  { width, height }: Size,
): P {
  panel.title(title).description(description).datasource(DATASOURCE).noValue(none).span(width).height(height);
  return panel;
}

/** Curves over time; `width` of the 24 columns. */
export function graph({ unit = 'short', queries, ...about }: About, width = 12): TimeSeries {
  const panel = framed(new TimeSeries(), about, { width, height: GRAPH_HEIGHT })
    .unit(unit)
    .min(0)
    .drawStyle(GraphDrawStyle.Line)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .calcs(['mean', 'max']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  for (const [i, query] of queries.entries()) panel.withTarget(target(i, query).range());
  return panel;
}

/** Stacked curves: parts of a whole. */
export function stacked(about: About, width = 12): TimeSeries {
  return graph(about, width).fillOpacity(40).stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
}

/** Draws the series of the query at this position as dashed lines without area, as limits are. */
export function dashed(panel: TimeSeries, position: number): TimeSeries {
  return panel.overrideByQuery(refIdOf(position), [
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
    { id: 'custom.fillOpacity', value: 0 },
    { id: 'custom.lineWidth', value: 2 },
  ]);
}

/** One or several newest values as figures. */
export function figure({ unit = 'short', queries, ...about }: About, width = 3): Stat {
  const panel = framed(new Stat(), { none: '–', ...about }, { width, height: 4 })
    .unit(unit)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(queries.length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false));
  for (const [i, query] of queries.entries()) panel.withTarget(target(i, query).instant());
  return panel;
}

/** Colours from a value on: the first step has no value. */
export function steps(
  ...of: readonly [from: number | null, color: string][]
): Builder<{ mode: ThresholdsMode; steps: Threshold[] }> {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(of.map(([value, color]) => ({ value, color })));
}

/** Makes a figure green up to a limit and red from there, the limit being the value of its last query; green without one. */
export function redFrom(panel: Stat, position: number): Stat {
  return panel.thresholds(steps([null, 'green'])).withTransformation({
    id: 'configFromData',
    options: {
      configRefId: refIdOf(position),
      mappings: [{ fieldName: 'limit', handlerKey: 'threshold1', handlerArguments: { threshold: { color: 'red' } } }],
    },
  });
}

/** How many requests took how long, over time, from the buckets of a histogram. */
export function heatmap({ unit = 's', queries, ...about }: About, width = 12): Heatmap {
  const panel = framed(new Heatmap(), about, { width, height: GRAPH_HEIGHT })
    .calculate(false)
    .color(new HeatmapColorOptionsBuilder().scheme('Spectral').exponent(0.5).steps(64).reverse(true))
    .yAxis(new YAxisConfigBuilder().unit(unit));
  for (const [i, query] of queries.entries())
    panel.withTarget(target(i, query).format(PromQueryFormat.Heatmap).range());
  return panel;
}

/** A column of a table: its query, whose rows have the same labels as those of the others, and how its values look. */
export type Column = { name: string; expr: string; unit?: string; properties?: { id: string; value?: unknown }[] };

/** Rows by labels, with one column of values a query. `labels`: the columns of labels in their order, with their titles. */
export function table(
  about: Omit<About, 'queries' | 'unit'>,
  labels: Readonly<Record<string, string>>,
  columns: readonly Column[],
  width = 24,
): Table {
  const panel = framed(new Table(), about, { width, height: GRAPH_HEIGHT })
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(
          [...Object.keys(labels), ...columns.map((_, i) => fieldOf(i))].map((name, i) => [name, i]),
        ),
        renameByName: { ...labels, ...Object.fromEntries(columns.map(({ name }, i) => [fieldOf(i), name])) },
      },
    });
  for (const [i, { name, expr, unit, properties = [] }] of columns.entries()) {
    panel.withTarget(target(i, { expr, legend: '' }).format(PromQueryFormat.Table).instant());
    panel.overrideByName(name, [...(unit === undefined ? [] : [{ id: 'unit', value: unit }]), ...properties]);
  }
  return panel;

  function fieldOf(index: number): string {
    // Grafana names the value of a frame after its query, unless there is only one.
    return columns.length === 1 ? 'Value' : `Value #${refIdOf(index)}`;
  }
}

export type AnyPanel = Builder<Panel>;
