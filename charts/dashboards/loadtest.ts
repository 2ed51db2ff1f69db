import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Text, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { LOADTEST_DASHBOARD } from '../../api/common/names.ts';
import { dashboard, type Row } from './frame.ts';
import { GENERATOR } from './loadtest-generator.ts';
import { LOAD, REQUESTS, TIMES } from './loadtest-load.ts';
import { RESULT, SELECTED, THRESHOLDS } from './loadtest-result.ts';
import { runsTable } from './runs.ts';

const REPORT = `The full report with its charts is in the cluster:

\`\`\`sh
loadtest report \${loadtest} -n \${namespace} --report \${loadtest}.html
loadtest logs \${loadtest} -n \${namespace}
kubectl describe loadtest \${loadtest} -n \${namespace}
\`\`\``;

const RUNS: Row = {
  title: 'Report and other runs',
  panels: [
    new Text().title('Report').mode(TextMode.Markdown).content(REPORT).span(6).height(8),
    runsTable(
      { title: 'Runs of this namespace', description: 'A name opens the dashboard of that test from its begin on.' },
      '',
    ).span(18),
  ],
};

/** One LoadTest: its result, its load over time, its requests, its runners. */
export function loadTestDashboard(): Dashboard {
  const mark = (name: string, end: 'start' | 'end', color: string) => ({
    name,
    title: `${name}: $loadtest`,
    expr: `max(loadtest_load_${end}_time_seconds{${SELECTED}})`,
    color,
  });
  return dashboard({
    uid: LOADTEST_DASHBOARD,
    title: 'LoadTest',
    description: 'One LoadTest: verdict, load, times, requests and the generator itself.',
    from: 'now-30m',
    refresh: '5s',
    variables: [
      { name: 'namespace', label: 'Namespace', query: 'label_values(loadtest_info, loadtest_namespace)' },
      {
        name: 'loadtest',
        label: 'LoadTest',
        query: 'label_values(loadtest_info{loadtest_namespace="$namespace"}, loadtest)',
      },
      {
        name: 'request',
        label: 'Request',
        query: `label_values(loadtest_runner_requests_made_total{${SELECTED}}, request)`,
        all: true,
      },
    ],
    marks: [mark('Load begins', 'start', 'blue'), mark('Load ends', 'end', 'purple')],
    rows: [RESULT, LOAD, TIMES, REQUESTS, THRESHOLDS, GENERATOR, RUNS],
  });
}
