import { LATE_US } from './displaced.ts';
import { ZERO } from './fraction.ts';

/** The highest utilisation of a target for which the bound holds: a busier one hardly carries the load anyway. */
const UTILISATION = 0.8;

/**
 * How long requests may wait in the target behind others that the generator sent late, as an upper bound. After a delay of d the engine sends
 * at once what came due in it, which is work for u·d at a utilisation of u. While the load goes on, the target works that off at the rate 1-u.
 * So a request that is sent t later queues for u·d - (1-u)·t at most, for every utilisation up to u.
 */
export class Burst {
  #queueUs = ZERO;
  #sinceUs = ZERO;

  /** The engine is `delayUs` late at `nowUs`. A delay within the resolution of timers makes no burst. */
  late(delayUs: number, nowUs: number): void {
    if (delayUs <= LATE_US) return;
    this.#queueUs = Math.max(UTILISATION * delayUs, this.queueUs(nowUs));
    this.#sinceUs = nowUs;
  }

  /** The longest time for which a request that is sent at `nowUs` queues behind a burst. */
  queueUs(nowUs: number): number {
    return this.#queueUs === 0 ? 0 : Math.max(0, this.#queueUs - (1 - UTILISATION) * (nowUs - this.#sinceUs));
  }
}
