import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instruction, Report } from '../../api/protocol.ts';
import { OperatorClock } from '../../runner/clock.ts';
import type { Crew } from '../../runner/crew.ts';
import { Session } from '../../runner/session.ts';
import { loadTest, snapshot } from './operator-fixtures.ts';

/** A session whose operator answers by phase, with a load that only ends when it is stopped. */
function session(answers: Partial<Record<Report['phase'], Partial<Instruction>>>) {
  const reports: Report[] = [];
  const load = Promise.withResolvers<[]>();
  const crew: Crew = {
    start: () => {},
    stop: () => load.resolve([]),
    snapshots: () => [snapshot(3)],
    done: load.promise,
    close: () => Promise.resolve(),
  };
  const running = Promise.withResolvers<void>();
  const made = new Session({
    exchange: async (report) => {
      reports.push(report);
      if (report.phase === 'Running') running.resolve();
      return { instruction: 'Wait', nowMs: Date.now(), nextReportMs: 60_000, ...answers[report.phase] };
    },
    clock: new OperatorClock(),
    prepare: async () => crew,
    log: () => {},
  });
  return { made, reports, running: running.promise };
}

test('a runner that is told to end under load reports a failure and what it had measured, not a final report', async () => {
  const test = { namespace: 'shop', name: 'checkout', uid: 'u' };
  const assignment = { test, spec: loadTest().spec!, index: 0, replicas: 1 };
  const { made, reports, running } = session({
    Starting: { instruction: 'Prepare', assignment },
    Ready: { instruction: 'Start', startAtMs: 0 },
    Running: { instruction: 'Continue' },
  });
  const outcome = made.run();
  await running;
  await made.end();
  assert.equal(await outcome, 'stopped');
  assert.deepEqual(
    reports.map((r) => r.phase),
    ['Starting', 'Ready', 'Running', 'Failed'],
  );
  assert.match(reports.at(-1)?.message ?? '', /told to end/);
  assert.equal(reports.at(-1)?.snapshot?.requests[0]?.counts.done, 3);
});
