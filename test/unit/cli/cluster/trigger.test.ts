import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { triggeredTestName } from '../../../../api/common/names.ts';
import type { ScheduledLoadTestStatus } from '../../../../api/scheduled/scheduled-loadtest.ts';
import type { KubectlResult } from '../../../../cli/cluster/kubectl.ts';
import { trigger, untilCreated } from '../../../../cli/cluster/trigger.ts';

const NAME = triggeredTestName('nightly', 'deploy-42');

/** A cluster whose schedule has that status in the second `n`, and in which the LoadTest exists from second `createdAt` on. */
function cluster(statusAt: (second: number) => ScheduledLoadTestStatus, createdAt = Number.POSITIVE_INFINITY) {
  let nowMs = 0;
  const calls: string[] = [];
  const kubectl = async (args: readonly string[]): Promise<KubectlResult> => {
    calls.push(args.join(' '));
    const second = nowMs / 1000;
    if (args[0] === 'annotate') return { out: '' };
    const metadata = { name: args[2], namespace: 'shop', uid: 'u' };
    if (args[1]!.startsWith('scheduled'))
      return {
        out: JSON.stringify({ metadata, spec: { schedule: '@daily', timeZone: 'UTC' }, status: statusAt(second) }),
      };
    return second >= createdAt ? { out: JSON.stringify({ metadata }) } : { problem: 'not found', isFinal: true };
  };
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  const waiting = { kubectl, schedule: 'nightly', value: 'deploy-42', now: () => nowMs, sleep };
  return { kubectl, calls, waiting, seconds: () => nowMs / 1000 };
}

describe('loadtest trigger', () => {
  it('sets the annotation, and knows the name of the run', async () => {
    const { kubectl, calls } = cluster(() => ({}));
    assert.deepEqual(await trigger(kubectl, 'nightly', 'deploy-42'), { name: NAME });
    assert.deepEqual(calls, [
      'annotate --overwrite scheduledloadtests.loadtest.dev nightly loadtest.dev/trigger=deploy-42',
    ]);
  });

  it('waits for its LoadTest as long as active runs hold it back', async () => {
    const { waiting, seconds } = cluster((second) => (second < 600 ? { active: [{ name: 'n', uid: 'u' }] } : {}), 601);
    assert.equal(await untilCreated(waiting), undefined);
    assert.equal(seconds(), 601);
  });

  const rows: [sentence: string, status: ScheduledLoadTestStatus, problem: RegExp, seconds: number][] = [
    [
      'says at once that its run was skipped',
      { lastTrigger: 'deploy-42' },
      /was skipped, or is deleted; see kubectl/,
      0,
    ],
    ['gives up after a minute in which nothing happens', {}, /is not created; see kubectl describe/, 61],
  ];
  for (const [sentence, status, problem, after] of rows)
    it(sentence, async () => {
      const { waiting, seconds } = cluster(() => status);
      assert.match((await untilCreated(waiting)) ?? '', problem);
      assert.equal(seconds(), after);
    });
});
