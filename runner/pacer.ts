import type { Arrivals } from '../model/schedule.ts';
import type { Flights } from './flights.ts';
import type { Tally } from './tally.ts';
import type { Timing } from './timing.ts';

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
  flights: Flights;
  tally: Tally;
  timing: Timing;
}): Driver {
  const { arrivals, end, choose, flights, tally, timing } = options;
  let cancel = () => {};
  let stopped = false;

  function sendDue(over: () => void): void {
    if (stopped) return;
    const begun = timing.now();
    for (let now = begun; arrivals.time <= now; now = timing.now()) {
      if (now - begun > BATCH_TIME) {
        timing.soon(() => sendDue(over));
        return;
      }
      tally.paced(now - arrivals.time);
      flights.launch(choose(arrivals.number), arrivals.number, arrivals.time);
      arrivals.advance();
    }
    const allSent = arrivals.time === Number.POSITIVE_INFINITY;
    if (allSent && timing.now() >= end) over();
    else cancel = timing.at(allSent ? end : arrivals.time, () => sendDue(over));
  }

  return {
    begin: (over) => sendDue(over),
    stop() {
      stopped = true;
      cancel();
    },
  };
}
