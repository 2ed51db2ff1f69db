import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLoadDriver } from '../../../../../runner/engine/drivers/open-model.ts';
import type { Recorder } from '../../../../../runner/engine/recorder.ts';
import type { SlotPool } from '../../../../../runner/engine/slot-pool.ts';
import { openPlan } from '../../../../support/specs/open-plan.ts';
import { VirtualTime } from '../../../../support/virtual-time.ts';

/** A clock that advances by a microsecond at every reading, so that spinning on it ends. */
class AdvancingTime extends VirtualTime {
  readings = 0;
  override now(): number {
    return super.now() + this.readings++;
  }
}

/** A driver of ten arrivals, one every 10 ms, with a pacing timer that the test controls. */
function tenArrivals() {
  const plan = openPlan(100, '100ms');
  const timing = new AdvancingTime(0);
  const sent: { arrival: number; late: number }[] = [];
  const reported: number[] = [];
  let tick: (lead: number) => void = () => {};
  const driver = openLoadDriver.driver(plan, {
    choose: () => 0,
    countIteration: () => assert.fail('the schedule numbers the arrivals'),
    slots: {
      launch: (_request: number, arrival: number, intended: number) =>
        sent.push({ arrival, late: timing.now() - intended }),
      paced: () => {},
    } as unknown as SlotPool,
    recorder: { paced: () => {} } as unknown as Recorder,
    timing,
    pacingTimer: {
      onTick: (to) => {
        tick = to;
      },
      wasLate: (late) => reported.push(late),
      sent: () => {},
      pace: () => assert.fail('the timer has its schedule'),
      stop: () => {},
    },
    settle: () => assert.fail('the engine settles'),
    onTrial: () => assert.fail('the load has no trials'),
  });
  driver.begin(() => {});
  const tickAt = (time: number, lead: number) => {
    timing.run(time);
    tick(lead);
  };
  return { sent, reported, tickAt };
}

test('a tick before an arrival is due sends the arrival exactly when it is due', () => {
  const { sent, reported, tickAt } = tenArrivals();
  tickAt(10_000 - 80, 100);
  assert.deepEqual(
    sent.map((s) => s.arrival),
    [0, 1],
  );
  assert.ok(sent[1]!.late >= 0 && sent[1]!.late < 5, `${sent[1]!.late} us late`);
  assert.ok(reported.length === 1 && reported[0]! < 0 && reported[0]! > -80, `reported ${reported}`);
});

test('a tick after an arrival is due sends the arrival at once and reports the lag', () => {
  const { sent, reported, tickAt } = tenArrivals();
  tickAt(10_000 + 30, 100);
  assert.equal(sent.length, 2);
  assert.ok(reported.length === 1 && reported[0]! >= 30, `reported ${reported}`);
});

test('a tick whose arrival was sent with a response does not wait for the next arrival', () => {
  const { sent, reported, tickAt } = tenArrivals();
  tickAt(5_000, 100);
  assert.deepEqual([sent.length, reported.length], [1, 0]);
});

test('a tick for several arrivals does not spin', () => {
  const { sent, reported, tickAt } = tenArrivals();
  tickAt(10_000 - 80, 0);
  assert.deepEqual([sent.length, reported.length], [1, 0]);
});
