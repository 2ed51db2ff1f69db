import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { API_VERSION } from '../../api/common/group.ts';
import { LABEL_SCHEDULE } from '../../api/common/names.ts';
import type { ScheduledLoadTest } from '../../api/scheduled/scheduled-loadtest.ts';
import { until } from '../cluster/system/wait.ts';
import { type EndedLoadTest, useNamespace } from './support/namespace.ts';
import { assertNotFailed } from './support/verdict.ts';

/** Time to create the schedule before its first run. */
const AHEAD_MS = 5000;

type Metadata = { ownerReferences?: { kind: string; name: string }[]; labels?: Record<string, string> };

describe('a ScheduledLoadTest', () => {
  const ns = useNamespace('schedule');

  it('creates exactly one LoadTest at its time, owned and labelled', async () => {
    const tick = new Date(Math.ceil((Date.now() + AHEAD_MS) / 60_000) * 60_000);
    await ns.apply({
      apiVersion: API_VERSION,
      kind: 'ScheduledLoadTest',
      metadata: { name: 'nightly' },
      spec: {
        // One minute of one day: one run.
        schedule: `${tick.getUTCMinutes()} ${tick.getUTCHours()} ${tick.getUTCDate()} ${tick.getUTCMonth() + 1} *`,
        timeZone: 'Etc/UTC',
        loadTestTemplate: {
          metadata: { labels: { team: 'shop' } },
          spec: {
            target: { url: ns.url('/nightly') },
            load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 20 }] } },
            thresholds: [{ metric: 'errors', max: '0%' }],
          },
        },
      },
    });
    const created = await until(
      'the LoadTest of the schedule',
      async () => (await ns.list<EndedLoadTest>('loadtests', `${LABEL_SCHEDULE}=nightly`))[0],
      { timeoutMs: tick.getTime() - Date.now() + 10_000, intervalMs: 500 },
    );
    const name = created.metadata.name ?? '';
    const { status: verdict } = assertNotFailed(await ns.waitFor(name, 'Complete', 30));

    const all = await ns.list<EndedLoadTest>('loadtests');
    assert.equal(all.length, 1, 'exactly one');
    assert.equal((await ns.received('/nightly'))?.total, 20);
    const { ownerReferences: [owner] = [], labels } = created.metadata as Metadata;
    assert.deepEqual([owner?.kind, owner?.name], ['ScheduledLoadTest', 'nightly']);
    assert.equal(labels?.team, 'shop');

    const schedule = await until(
      'the run in the history of the schedule',
      async () => {
        const seen: ScheduledLoadTest = JSON.parse(
          await ns.kubectl('get', 'scheduledloadtest', 'nightly', '-o', 'json'),
        );
        return seen.status?.history?.length ? seen : undefined;
      },
      { timeoutMs: 10_000, intervalMs: 300 },
    );
    assert.equal(Date.parse(schedule.status?.lastScheduleTime ?? ''), tick.getTime());
    assert.deepEqual(
      schedule.status?.history?.map((run) => [run.name, run.passed]),
      [[name, verdict]],
    );
    assert.deepEqual(schedule.status?.active ?? [], []);
  });
});
