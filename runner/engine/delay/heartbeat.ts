import type { Clock } from '../clock.ts';
import type { ReadDelay } from './read-delay.ts';

/** The time between two beats, microseconds. */
const BEAT_US = 2_000;
/**
 * The same under a high load, which observes the loop so often between two beats, for so many beats: a beat costs as much as a request. A block
 * that is longer than usual, but ends before the next beat, then counts as a stop.
 */
const BUSY_BEAT_US = 8_000;
const BUSY_OBSERVATIONS = 4;
const BUSY_BEATS = 4;

/**
 * Observes the event loop every few milliseconds while requests are in flight: a longer block of the loop then means that it could not run. A
 * stop of the process shows in no figure of the loop or of its thread. The ticks of a paced load replace the beats while they come often enough:
 * at a high rate a timer of its own costs as much as several requests.
 */
export class Heartbeat {
  readonly #timing: Clock;
  readonly #readDelay: ReadDelay;
  readonly #isNeeded: () => boolean;
  readonly #onBeat = () => this.#beat();
  #beats = false;
  /** Whether the next tick comes before the next beat would. */
  #ticks = false;
  #observed = 0;
  #busyBeats = 0;
  #cancel = () => {};

  constructor(timing: Clock, readDelay: ReadDelay, isNeeded: () => boolean) {
    this.#timing = timing;
    this.#readDelay = readDelay;
    this.#isNeeded = isNeeded;
  }

  /** Observes the loop from `nowUs` on, a time of the current callback, until a beat or tick at which that is not needed. */
  start(nowUs: number): void {
    if (this.#beats || this.#ticks) return;
    this.#readDelay.begin(nowUs);
    this.#awaitBeat(BEAT_US);
  }

  /** The load has sent what was due at `nowUs`; it will be woken at `nextUs`, or never for Infinity. */
  tick(nowUs: number, nextUs: number): void {
    this.#ticks = nextUs - nowUs <= BEAT_US;
    if (nowUs - this.#readDelay.observedUs > BEAT_US / 2) this.#readDelay.observe(nowUs);
    if (!this.#ticks && !this.#beats && this.#isNeeded()) this.#awaitBeat(BEAT_US);
  }

  stop(): void {
    this.#cancel();
    this.#beats = false;
  }

  #awaitBeat(us: number): void {
    this.#beats = true;
    this.#observed = this.#readDelay.count;
    this.#cancel = this.#timing.after(us, this.#onBeat);
  }

  #beat(): void {
    this.#busyBeats = this.#readDelay.count - this.#observed >= BUSY_OBSERVATIONS ? this.#busyBeats + 1 : 0;
    this.#readDelay.observe(this.#timing.now());
    this.#beats = false;
    if (!this.#ticks && this.#isNeeded()) this.#awaitBeat(this.#busyBeats >= BUSY_BEATS ? BUSY_BEAT_US : BEAT_US);
  }
}
