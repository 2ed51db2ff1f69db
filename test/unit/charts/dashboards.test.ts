import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LOADTEST_DASHBOARD } from '../../../api/common/names.ts';
import { DASHBOARDS } from '../../../charts/dashboards/files.ts';

type Position = { x: number; y: number; w: number; h: number };
type Shown = {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: Position;
  datasource?: { uid: string };
  fieldConfig?: { defaults: { noValue?: string } };
  targets?: { refId: string; expr: string; datasource: { uid: string } }[];
};

/** What Grafana itself provides. */
const BUILT_IN = ['__rate_interval', '__range', '__data'];

const overlap = (a: Position, b: Position) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

for (const [name, model] of Object.entries(DASHBOARDS)) {
  const all = model.panels as unknown as Shown[];
  const panels = all.filter(({ type }) => type !== 'row' && type !== 'text');

  describe(`the dashboard ${name}`, () => {
    it('has panels that lie beside or below each other, within 24 columns', () => {
      for (const [i, { title, gridPos }] of all.entries()) {
        assert.ok(gridPos.x + gridPos.w <= 24, title);
        for (const other of all.slice(i + 1)) assert.ok(!overlap(gridPos, other.gridPos), `${title} on ${other.title}`);
      }
    });

    it('has an id of its own for each panel', () => assert.equal(new Set(all.map(({ id }) => id)).size, all.length));

    it('explains each panel, and says what a panel without data means', () => {
      assert.ok(panels.length > 5);
      for (const { title, description, fieldConfig } of panels) {
        assert.match(description ?? '', /^\S.*\.$/, title);
        assert.ok(fieldConfig?.defaults.noValue, title);
      }
    });

    it('asks the data source that the user selects', () => {
      for (const { title, datasource, targets = [] } of panels)
        for (const uid of [datasource?.uid, ...targets.map((target) => target.datasource.uid)])
          if (uid !== undefined) assert.equal(uid, '${datasource}', title);
    });

    it('uses only variables that it has', () => {
      const known = (model.templating.list ?? []).map((variable) => variable.name);
      // Braces or not; in a name of Grafana's own, only the part before the first dot.
      const used = [...JSON.stringify(model).matchAll(/\$\{?(\w+)/g)].map(([, variable]) => variable!);
      const unknown = used.filter((variable) => ![...known, ...BUILT_IN].includes(variable));
      assert.deepEqual(
        unknown.filter((variable) => variable !== '__all'),
        [],
      );
    });
  });
}

describe('the dashboards', () => {
  it('find each other by a tag that all have', () => {
    for (const { tags, links } of Object.values(DASHBOARDS)) assert.deepEqual(links?.[0]?.tags, tags);
  });

  it('have addresses of their own', () => {
    const uids = Object.values(DASHBOARDS).map(({ uid }) => uid);
    assert.equal(new Set(uids).size, uids.length);
    assert.equal(DASHBOARDS.loadtest.uid, LOADTEST_DASHBOARD);
  });

  it('mark the begin and the end of the load at the time that the metric has', () => {
    const marks = DASHBOARDS.loadtest.annotations.list ?? [];
    assert.deepEqual(
      marks.map(({ expr, useValueForTime }) => [
        /loadtest_load_(start|end)_time_seconds.* \* 1000$/.exec(expr ?? '')?.[1],
        useValueForTime,
      ]),
      [
        ['start', true],
        ['end', true],
      ],
    );
  });
});
