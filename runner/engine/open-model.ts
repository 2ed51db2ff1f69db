import type { Arrivals } from '../../model/load/schedule.ts';
import type { Clock } from './clock.ts';
import type { PacingTimer } from './pacing-timer.ts';
import { TICK } from './pacing-timer-state.ts';
import type { Recorder } from './recorder.ts';
import type { SlotPool } from './slot-pool.ts';

/** An overdue batch is cut after this many microseconds, so that answers are read in between. */
const BATCH_TIME = 2_000;

/** A load that an engine drives: `over` is called when nothing more will be sent; more than once changes nothing. */
export interface Driver {
  begin(over: () => void): void;
  /** Sends nothing more. */
  stop(): void;
}

/**
 * The open workload model: every arrival is sent when it is due, whatever the answers do. After a stall all that has become overdue
 * is sent at once, each with the time at which it was due, so that its response time contains the wait (no coordinated omission).
 */
export function openDriver(options: {
  arrivals: Arrivals;
  /** When the schedule ends, microseconds. */
  end: number;
  choose: (arrival: number) => number;
  slots: SlotPool;
  recorder: Recorder;
  timing: Clock;
  /** Beats when something is due; without one, the event loop's timers do. */
  pacingTimer?: Pick<PacingTimer, 'onTick' | 'wasLate' | 'sent' | 'stop'> | undefined;
}): Driver {
  const { arrivals, end, choose, slots, recorder, timing, pacingTimer } = options;
  let whenOver = () => {};
  let cancelTimer = () => {};
  let cancelEnd = () => {};
  let stopped = false;
  let sending = false;
  let behind = false;
  let sent = 0;
  let lastSent = Number.NEGATIVE_INFINITY;

  function sendDue(): void {
    if (stopped || sending) return;
    sending = true;
    const begun = timing.now();
    lastSent = begun;
    for (let now = begun; arrivals.time <= now && now - begun < BATCH_TIME; now = timing.now()) {
      recorder.paced(now - arrivals.time);
      sent++;
      slots.launch(choose(arrivals.number), arrivals.number, arrivals.time);
      arrivals.advance();
    }
    sending = false;
    pacingTimer?.sent(sent);
  }

  /** With an answer the event loop is awake anyway: what has become due in the meantime goes out with it, a beat after what went before. */
  function answered(now: number): void {
    if (arrivals.time <= now && now - lastSent >= TICK) sendDue();
  }

  function tick(): void {
    sendDue();
    if (stopped || behind) return;
    const now = timing.now();
    const allSent = arrivals.time === Number.POSITIVE_INFINITY;
    if (arrivals.time <= now) {
      behind = true;
      timing.soon(catchUp);
    } else if (allSent && now >= end) {
      whenOver();
    } else if (pacingTimer === undefined && !allSent) {
      cancelTimer();
      cancelTimer = timing.at(arrivals.time, tick);
    }
  }

  /** What is left of a lead is spent spinning, for the arrival that the beat is for. */
  function beat(lead: number): void {
    if (lead > 0) {
      const late = timing.now() - arrivals.time;
      // Nothing is due for long when an answer has taken the arrival along.
      if (late > -lead) pacingTimer?.wasLate(late);
      sendDue();
      const due = arrivals.time;
      if (due - timing.now() < lead) while (timing.now() < due);
    }
    tick();
  }

  function catchUp(): void {
    behind = false;
    tick();
  }

  return {
    begin(over) {
      whenOver = over;
      slots.onSettled = answered;
      pacingTimer?.onTick(beat);
      cancelEnd = timing.at(end, tick);
      tick();
    },
    stop() {
      stopped = true;
      pacingTimer?.stop();
      cancelTimer();
      cancelEnd();
    },
  };
}
