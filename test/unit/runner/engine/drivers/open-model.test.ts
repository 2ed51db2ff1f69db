import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLoadDriver } from '../../../../../runner/engine/drivers/open-model.ts';
import type { Recorder } from '../../../../../runner/engine/recorder.ts';
import type { SlotPool } from '../../../../../runner/engine/slot-pool.ts';
import { openPlan } from '../../../../support/open-plan.ts';
import { VirtualTime } from '../../../../support/virtual-time.ts';

/** A clock that is a microsecond further at every look, as one that is spun on must be. */
class LookedAt extends VirtualTime {
  looks = 0;
  override now(): number {
    return super.now() + this.looks++;
  }
}

/** Ten arrivals, one every 10 ms, and the beats of a metronome as the test says them. */
function tenArrivals() {
  const plan = openPlan(100, '100ms');
  const timing = new LookedAt(0);
  const sent: { arrival: number; late: number }[] = [];
  const told: number[] = [];
  let tick: (lead: number) => void = () => {};
  const driver = openLoadDriver.driver(plan, {
    choose: () => 0,
    slots: {
      launch: (_request: number, arrival: number, intended: number) =>
        sent.push({ arrival, late: timing.now() - intended }),
    } as unknown as SlotPool,
    recorder: { paced: () => {} } as unknown as Recorder,
    timing,
    pacingTimer: {
      onTick: (to) => {
        tick = to;
      },
      wasLate: (late) => told.push(late),
      sent: () => {},
      stop: () => {},
    },
  });
  driver.begin(() => {});
  const beatAt = (time: number, lead: number) => {
    timing.run(time);
    tick(lead);
  };
  return { sent, told, beatAt };
}

test('a beat that is early for its arrival sends it when it is due, and not before', () => {
  const { sent, told, beatAt } = tenArrivals();
  beatAt(10_000 - 80, 100);
  assert.deepEqual(
    sent.map((s) => s.arrival),
    [0, 1],
  );
  assert.ok(sent[1]!.late >= 0 && sent[1]!.late < 5, `${sent[1]!.late} us late`);
  assert.ok(told.length === 1 && told[0]! < 0 && told[0]! > -80, `told ${told}`);
});

test('a beat that comes when its arrival is due sends it at once, and says how late it was', () => {
  const { sent, told, beatAt } = tenArrivals();
  beatAt(10_000 + 30, 100);
  assert.equal(sent.length, 2);
  assert.ok(told.length === 1 && told[0]! >= 30, `told ${told}`);
});

test('a beat whose arrival has gone with an answer waits for no other', () => {
  const { sent, told, beatAt } = tenArrivals();
  beatAt(5_000, 100);
  assert.deepEqual([sent.length, told.length], [1, 0]);
});

test('a beat that arrivals share is not spun for', () => {
  const { sent, told, beatAt } = tenArrivals();
  beatAt(10_000 - 80, 0);
  assert.deepEqual([sent.length, told.length], [1, 0]);
});
