import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DASHBOARDS } from '../../../../charts/dashboards/files.ts';
import { withDashboard } from '../../../../operator/loadtest/decide/dashboard.ts';
import { reconcile } from '../../../../operator/loadtest/decide/reconcile.ts';
import { at, NOW, observedState } from '../../../support/operator/operator-fixtures.ts';

const TEST = { namespace: 'shop', name: 'checkout' };
const GRAFANA = 'https://grafana.example.com/team';
const LOAD = { loadStartTime: at(0) };

describe('the link to the dashboard', () => {
  const rows: [
    name: string,
    status: Parameters<typeof withDashboard>[0],
    grafana: string | undefined,
    range?: string,
  ][] = [
    ['ends now while the test goes on', LOAD, GRAFANA, `from=${NOW - 10_000}&to=now`],
    [
      'ends a minute after the result',
      { ...LOAD, completionTime: at(30_000) },
      GRAFANA,
      `from=${NOW - 10_000}&to=${NOW + 90_000}`,
    ],
    ['has one slash between the parts of the address', LOAD, `${GRAFANA}/`, `from=${NOW - 10_000}&to=now`],
    ['is absent before the load', {}, GRAFANA],
    ['is absent when the operator knows no Grafana', LOAD, undefined],
  ];
  for (const [name, status, grafana, range] of rows)
    it(name, () => {
      const expected = range && `${GRAFANA}/d/loadtest/loadtest?var-namespace=shop&var-loadtest=checkout&${range}`;
      assert.equal(withDashboard(status, TEST, grafana).dashboard, expected);
    });

  it('names variables and the address that the dashboard has', () => {
    const url = new URL(withDashboard(LOAD, TEST, GRAFANA).dashboard ?? '');
    assert.ok(url.pathname.includes(`/d/${DASHBOARDS.loadtest.uid}/`));
    const variables = (DASHBOARDS.loadtest.templating.list ?? []).map(({ name }) => `var-${name}`);
    for (const name of [...url.searchParams.keys()].filter((key) => key.startsWith('var-')))
      assert.ok(variables.includes(name), name);
  });

  it('is part of the status that a decision has, and no reason to write it again', () => {
    const observed = observedState({ grafanaUrl: GRAFANA });
    const { status } = reconcile(observed);
    assert.equal(status?.dashboard, undefined);
    const running = { ...observed, test: { ...observed.test, status: { ...status, loadStartTime: at(0) } } };
    const linked = reconcile(running).status;
    assert.match(linked?.dashboard ?? '', /^https:\/\/grafana\.example\.com\/team\/d\//);
    const again = { ...running, test: { ...running.test, status: linked! }, lastWriteMs: NOW };
    assert.equal(reconcile(again).status, undefined);
  });
});
