import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dashboardFiles } from '../../charts/dashboard.ts';
import { until } from '../cluster/system/wait.ts';
import { kubectl, OPERATOR_NAMESPACE, RELEASE } from './support/environment.ts';
import { useNamespace } from './support/namespace.ts';
import { scalar, series } from './support/prometheus.ts';

type Target = { expr: string; legendFormat: string; instant: boolean };
type Model = { panels: { title: string; targets?: Target[] }[]; templating: { list: { query: unknown }[] } };

const files = dashboardFiles();
const model: Model = JSON.parse(files[0]?.text ?? '');
const queries = model.panels.flatMap(({ title, targets = [] }) =>
  targets.map((target) => ({ ...target, name: `${title}: ${target.legendFormat}` })),
);

describe('the dashboard', () => {
  let range: { from: Date; to: Date };

  // One LoadTest with data for every panel.
  const ns = useNamespace('dashboard', {
    prepare: async (ns) => {
      const from = new Date();
      await ns.runToEnd('everything', {
        target: { url: ns.url('/dashboard'), timeout: '1s' },
        requests: [
          { name: 'good', weight: 16 },
          { name: 'slow', path: '?delay=3000' },
          { name: 'unexpected', path: '?status=503' },
          { name: 'reset', path: '?reset=1' },
        ],
        // Prometheus discovers new pods every five seconds, and later on a busy machine.
        load: { type: 'Open', open: { stages: [{ duration: '20s', rate: 60 }], maxInFlight: 6 } },
        thresholds: [{ metric: 'errors', max: '1%' }],
        // The metric of throttling exists only with a limit; this one is high enough not to throttle.
        runners: { replicas: 2, template: { resources: { requests: { cpu: '100m' }, limits: { cpu: '2' } } } },
      });
      await until(
        'the scraped result',
        () => scalar(ns.environment, `loadtest_passed{loadtest_namespace="${ns.name}"} == 0`),
        { timeoutMs: 10_000, intervalMs: 200 },
      );
      // One step after the end, because the newest sample lies between two steps.
      range = { from, to: new Date(Date.now() + 2000) };
    },
  });

  const substitute = (query: string) =>
    query.replaceAll('$namespace', ns.name).replaceAll('$loadtest', 'everything').replaceAll('$__rate_interval', '4s');

  for (const { name, expr } of queries) {
    it(`has data in ${name}`, async () => {
      const found = await series(ns.environment, substitute(expr), range);
      const numbers = found.flatMap(({ values }) => values.map(([, value]) => Number(value)));
      assert.ok(numbers.some(Number.isFinite), `${substitute(expr)}: ${JSON.stringify(found)}`);
    });
  }

  it('has values above zero where the test caused some', async () => {
    const peak = async (title: string, legend?: string) => {
      const query = queries.find((q) => q.name === `${title}: ${legend ?? title}`);
      assert.ok(query, `${title}: ${legend}`);
      const found = await series(ns.environment, substitute(query.expr), range);
      const numbers = found.flatMap(({ values }) => values.map(([, value]) => Number(value)));
      return Math.max(...numbers.filter(Number.isFinite));
    };
    for (const legend of ['generated', 'made', 'done', 'timeout', 'dropped', 'unexpected'])
      assert.ok((await peak('Requests per second', legend)) > 0, legend);
    assert.ok((await peak('Errors by kind', '{{kind}}')) > 0);
    assert.ok((await peak('In flight', 'all')) > 0);
    assert.equal(await peak('Passed'), 0);
  });

  it('has variables for namespace and test', async () => {
    const variables = model.templating.list
      .map(({ query }) => (query as { query?: string }).query)
      .filter((q) => q !== undefined);
    assert.equal(variables.length, 2);
    for (const query of variables) {
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
      const found = await series(ns.environment, substitute(selector), range);
      const values = found.map(({ metric }) => metric[label]);
      assert.ok(values.includes(label === 'loadtest' ? 'everything' : ns.name), query);
    }
  });

  it('is in a ConfigMap with the label that Grafana discovers dashboards by', async () => {
    const found = JSON.parse(
      await kubectl(ns.environment, [
        ...['--namespace', OPERATOR_NAMESPACE, 'get', 'configmaps', '--selector', 'grafana_dashboard=1', '-o', 'json'],
      ]),
    ) as { items: { metadata: { name: string }; data: Record<string, string> }[] };
    assert.deepEqual(
      found.items.map(({ metadata }) => metadata.name),
      [`${RELEASE}-dashboard`],
    );
    assert.deepEqual(JSON.parse(found.items[0]?.data['loadtest.json'] ?? ''), model);
  });
});
