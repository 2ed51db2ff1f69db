import { type InFlightPeaks, NO_PEAKS, withPeak } from '../../../model/measure/in-flight-peaks.ts';

/** Counts the requests in flight of one engine. */
export class InFlight {
  #now = 0;
  /** The most since the newest snapshot. */
  #most = 0;
  #peaks = NO_PEAKS;

  begins(): void {
    if (++this.#now > this.#most) this.#most = this.#now;
  }

  ends(): void {
    this.#now--;
  }

  /** A request that had ended is to be ended again, without being in flight in between. */
  endsAgain(): void {
    this.#now++;
  }

  /** The peaks until now, for a snapshot, which ends the time of the peak before it. */
  takePeaks(elapsedMs: number): InFlightPeaks {
    this.#peaks = withPeak(this.#peaks, elapsedMs, this.#most);
    this.#most = this.#now;
    return this.#peaks;
  }
}
