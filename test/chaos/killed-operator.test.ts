import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL_MANAGED_BY, LABEL_TEST, MANAGER } from '../../api/common/names.ts';
import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import { isTrue } from '../../api/status/conditions.ts';
import { seededRandom } from '../../model/common/random.ts';
import { until } from '../cluster/system/wait.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { leader, operatorProcess } from './operator.ts';
import { assertWhole, RATE, RUNNERS, specOf } from './result.ts';

/** Number of kills in all namespaces together. */
const KILLS = Number(process.env.LOADTEST_CHAOS_KILLS ?? 50);
const SEED = Number(process.env.LOADTEST_CHAOS_SEED ?? Date.now() % 1e6);
/** Maximum time after an operator's start until it is killed; many are killed while they start. */
const WORK_MS = 3000;
/** Maximum start time of an operator that the schedule of kills allows for. */
const MAX_START_MS = 5000;
const REPORT_PORT = 8090;
/** Concurrent LoadTests per namespace. */
const AT_ONCE = 2;
const NAMESPACES = 3;

const PHASES = ['creation', 'startup', 'barrier', 'load', 'end'] as const;
type Phase = (typeof PHASES)[number];

/** The progress of an unfinished test according to its status. */
function phaseOf({ status }: LoadTest, seconds: number): Phase {
  if (status?.startTime === undefined) return 'creation';
  if (status.loadStartTime === undefined) return 'startup';
  const sinceMs = Date.now() - Date.parse(status.loadStartTime);
  if (sinceMs < 0) return 'barrier';
  return sinceMs < seconds * 1e3 ? 'load' : 'end';
}

/** Kills a process, which may have just exited: an operator does when it loses its Lease. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe(`the operator, killed at ${KILLS} random moments (seed ${SEED}),`, { concurrency: true }, () => {
  const kills = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;

  for (let number = 1; number <= NAMESPACES; number++) {
    describe(`in namespace ${number}`, () => {
      const ns = useNamespace(`kills-${number}`, { operator: [] });
      const random = seededRandom(SEED + number);
      const killsHere = Math.floor((KILLS + number - 1) / NAMESPACES);
      /** Seconds of load by name. */
      const tests = new Map<string, number>();

      const unfinished = async () => {
        const all = await ns.list<LoadTest>('loadtests');
        return all.filter(({ status }) => !isTrue(status?.conditions, 'Complete'));
      };

      async function keepBusy(running: number): Promise<void> {
        for (let n = running; n < AT_ONCE; n++) {
          const name = `run-${tests.size + 1}`;
          const seconds = 1 + Math.floor(random() * 5);
          tests.set(name, seconds);
          await ns.start(name, specOf(ns, name, seconds));
        }
      }

      const nextProcess = (pod: string, last: number) =>
        until(
          'the next process',
          () => {
            const found = operatorProcess(pod);
            return found === last ? undefined : found;
          },
          { timeoutMs: 60_000, intervalMs: 30 },
        );

      /** The time from the start of an operator's process until it listens, on this machine at this time. */
      async function startMs(pod: string, last: number): Promise<number> {
        const ip = await ns.kubectl('get', 'pod', pod, '-o', 'jsonpath={.status.podIP}');
        await nextProcess(pod, last);
        const began = Date.now();
        await until('its port to accept connections', () => fetch(`http://${ip}:${REPORT_PORT}`), {
          timeoutMs: 60_000,
          intervalMs: 30,
        });
        return Date.now() - began;
      }

      it('ends no run, creates nothing twice and leaves nothing behind', async (t) => {
        const pod = await until('a leader', () => leader(ns), { timeoutMs: 60_000 });
        let last = await until('its process', () => operatorProcess(pod), { timeoutMs: 60_000 });
        kill(last);
        const lifeMs = Math.min(await startMs(pod, last), MAX_START_MS) + WORK_MS;
        for (let done = 1; done < killsHere; done++) {
          const pid = await nextProcess(pod, last);
          const life = sleep(random() * lifeMs);
          await keepBusy((await unfinished()).length);
          await life;
          for (const test of await unfinished()) kills[phaseOf(test, tests.get(test.metadata.name ?? '') ?? 0)] += 1;
          kill(pid);
          last = pid;
        }
        for (const [name, seconds] of tests) {
          const ended = await ns.waitFor(name, 'Complete', 90);
          await assertWhole(ns, name, ended, seconds * RATE);
          assert.deepEqual(ended.status.runners, { desired: RUNNERS, ready: RUNNERS, succeeded: RUNNERS, lost: 0 });
        }
        t.diagnostic(`${tests.size} LoadTests, all with a complete result`);

        const ours = `${LABEL_MANAGED_BY}=${MANAGER}`;
        const pods = await ns.list<{ metadata: { labels: Record<string, string> } }>('pods', ours);
        assert.equal(pods.length, tests.size * RUNNERS, 'a pod for each runner');
        assert.ok(pods.every(({ metadata }) => tests.has(metadata.labels[LABEL_TEST] ?? '')));
        assert.equal((await ns.list('leases')).length, 2, 'a Lease of the leader, and one of the namespace');
        await ns.kubectl('delete', 'loadtests', '--all');
        await until(
          'the objects of all runs to be gone',
          async () => (await ns.list(['jobs', 'pods', 'configmaps'], ours)).length === 0 || undefined,
          { timeoutMs: 60_000, intervalMs: 300 },
        );
      });
    });
  }

  after(() => {
    console.log(`unfinished runs at a kill: ${PHASES.map((phase) => `${kills[phase]} at ${phase}`).join(', ')}`);
    assert.ok(kills.creation + kills.startup > 0 && kills.load > 0 && kills.end > 0, 'kills in every part of a run');
  });
});
