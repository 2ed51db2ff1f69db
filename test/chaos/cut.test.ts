import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL_TEST } from '../../api/common/names.ts';
import { run } from '../cluster/system/run.ts';
import { until } from '../cluster/system/wait.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { completeOf, RATE, specOf, untilSent } from './result.ts';

const REPORT_PORT = '8090';
/** A minimum rate that one runner alone violates, which would abort the test. */
const TOO_LITTLE = { metric: 'rate' as const, min: String(0.6 * RATE), abort: true };

type PodSeen = { metadata: { labels: Record<string, string> }; status: { podIP?: string } };

describe('a network failure between a runner and the operator', { concurrency: true }, () => {
  const ns = useNamespace('cut', { operator: [] });
  const cuts = new Set<string>();

  /** Adds or deletes a rule before all others, so that it also breaks existing connections. */
  const rule = (verb: '-I' | '-D', ip: string) =>
    run(['iptables', '-w', '10', verb, 'FORWARD', '-s', ip, '-p', 'tcp', '--dport', REPORT_PORT, '-j', 'DROP']);
  async function cut(ip: string): Promise<void> {
    await rule('-I', ip);
    cuts.add(ip);
  }
  async function mend(ip: string): Promise<void> {
    await rule('-D', ip);
    cuts.delete(ip);
  }
  after(async () => {
    for (const ip of cuts) await mend(ip);
  });

  /** Starts a test with two runners and returns the address of the second when both have sent. */
  async function start(name: string, seconds: number): Promise<string> {
    await ns.start(name, { ...specOf(ns, name, seconds, { onLoss: 'Fail' }), thresholds: [TOO_LITTLE] });
    await untilSent(ns, name, 2);
    // A runner may send before the kubelet has reported its address.
    return until(
      'the address of the second runner',
      async () => {
        const pods = await ns.list<PodSeen>('pods', `${LABEL_TEST}=${name}`);
        return pods.find((p) => p.metadata.labels['batch.kubernetes.io/job-completion-index'] === '1')?.status.podIP;
      },
      { timeoutMs: 30_000 },
    );
  }

  it('for 20 s changes nothing', async () => {
    const ip = await start('blink', 30);
    await sleep(2000);
    await cut(ip);
    await sleep(20_000);
    await mend(ip);
    const { status } = await ns.waitFor('blink', 'Complete', 60);
    assert.equal(completeOf({ status })?.reason, 'Finished');
    assert.deepEqual([status.counts.generated, status.counts.made], [30 * RATE, 30 * RATE]);
    assert.deepEqual(status.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
    const done = (status.windows?.done ?? '').split(' ').map(Number);
    assert.equal(
      done.reduce((sum, n) => sum + n, 0),
      status.counts.done,
    );
  });

  it('for the rest of the run loses no counts, because the termination message has them', async () => {
    const ip = await start('apart', 6);
    await cut(ip);
    const { status } = await ns.waitFor('apart', 'Complete', 150);
    assert.deepEqual([status.counts.generated, status.counts.made], [6 * RATE, 6 * RATE]);
    assert.equal((await ns.received('/apart'))?.total, 6 * RATE);
    assert.deepEqual(status.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
  });
});
