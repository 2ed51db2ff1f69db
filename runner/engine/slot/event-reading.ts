import type { StreamEvents } from '../../response/stream-events.ts';
import type { Clock } from '../clock.ts';
import type { Recorder } from '../recorder.ts';

/** Reads the events of a slot's responses, until a response has as many as are wanted, or its time is up. */
export class EventReading {
  readonly #recorder: Recorder;
  readonly #timing: Clock;
  readonly #complete: () => void;
  #cancelTimer: (() => void) | undefined;

  /** `complete` is called when no further event of a response is wanted, although the target would go on. */
  constructor(recorder: Recorder, timing: Clock, complete: () => void) {
    this.#recorder = recorder;
    this.#timing = timing;
    this.#complete = complete;
  }

  /** The time of a response begins. */
  begin(events: StreamEvents): void {
    const { forUs } = events.limits;
    this.stop();
    if (events.isComplete) this.#complete();
    else if (forUs !== Number.POSITIVE_INFINITY)
      this.#cancelTimer = this.#timing.at(this.#timing.now() + forUs, () => {
        events.timeIsUp();
        this.#complete();
      });
  }

  /** A chunk of the response to request number `request` has arrived, which was intended for `intendedUs`. */
  take(events: StreamEvents, chunk: Buffer, request: number, intendedUs: number): void {
    const isFirst = events.received === 0;
    const count = events.take(chunk);
    if (count === 0) return;
    const nowUs = this.#timing.now();
    if (isFirst) this.#recorder.firstEvent(request, nowUs - intendedUs);
    this.#recorder.nextEvents(request, isFirst ? count - 1 : count, nowUs - (events.lastUs ?? nowUs));
    events.lastUs = nowUs;
    if (events.isComplete) this.#complete();
  }

  /** The response has ended. */
  stop(): void {
    if (this.#cancelTimer === undefined) return;
    this.#cancelTimer();
    this.#cancelTimer = undefined;
  }
}
