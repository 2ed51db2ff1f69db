import { RateLimit } from '../runtime/rate-limit.ts';
import { type Refusal, tooMany } from './refusal.ts';

/** A runner has one request under way, and one more while it is being terminated. */
const AT_ONCE = 4;
/** A runner waits between its updates, and sends one at once when its phase changes. */
const REQUESTS = { burst: 40, perSecond: 20 };
/** Bytes that are parsed and unpacked for a pod: a runner's updates take tens of kilobytes a second, and its intervals up to a megabyte. */
const BYTES = { burst: 16 * 1024 * 1024, perSecond: 2 * 1024 * 1024 };

/** What one pod may cost the operator: requests under way at once, requests a second, and bytes a second. */
export class PodLimits {
  readonly #requests: RateLimit;
  readonly #bytes: RateLimit;
  readonly #underWay = new Map<string, number>();
  readonly #reading = new Set<string>();

  constructor(now: () => number) {
    this.#requests = new RateLimit(REQUESTS, now);
    this.#bytes = new RateLimit(BYTES, now);
  }

  /** Runs `respond` for a request of a pod, or refuses it. */
  async during<T>(podUid: string, respond: () => Promise<T>): Promise<T | Refusal> {
    const underWay = this.#underWay.get(podUid) ?? 0;
    if (underWay >= AT_ONCE) return tooMany('too many requests of the pod are under way', 1000);
    const waitMs = Math.max(this.#requests.waitMs(podUid), this.#bytes.waitMs(podUid));
    if (waitMs > 0) return tooMany('the pod sends too much', waitMs);
    this.#requests.charge(podUid);
    this.#underWay.set(podUid, underWay + 1);
    try {
      return await respond();
    } finally {
      const rest = this.#underWay.get(podUid)! - 1;
      if (rest === 0) this.#underWay.delete(podUid);
      else this.#underWay.set(podUid, rest);
    }
  }

  /** Reads a body of a pod, or refuses it because another one is being read. */
  async reading<T>(podUid: string, read: () => Promise<T>): Promise<T | Refusal> {
    if (this.#reading.has(podUid)) return tooMany('another update of the pod is being read', 1000);
    this.#reading.add(podUid);
    try {
      return await read();
    } finally {
      this.#reading.delete(podUid);
    }
  }

  /** Records the bytes that an update of a pod took. */
  charge(podUid: string, bytes: number): void {
    this.#bytes.charge(podUid, bytes);
  }
}
