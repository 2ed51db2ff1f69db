import { RateLimit } from '../../runtime/rate-limit.ts';

/** So many reviews are under way at once; a review takes the API server a few milliseconds. */
const AT_ONCE = 16;
/** The runners of one test, which start at once, may wait for their reviews. */
const MAX_WAITING = 1000;
/** All senders together: a thousand runners may start within a second. */
const TOGETHER = { burst: 1500, perSecond: 200 };
/** One sender: a runner has a new token once an hour, and a review may fail. */
const EACH = { burst: 5, perSecond: 0.5 };
const ALL = '';

/** Limits the reviews of tokens that are under way at once, and those of each second: by sender, and together. */
export class ReviewLimit {
  readonly #together: RateLimit;
  readonly #each: RateLimit;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(now: () => number) {
    this.#together = new RateLimit(TOGETHER, now);
    this.#each = new RateLimit(EACH, now);
  }

  /** The result of `review` for a sender, or when that may try again. Rejects when the review does. */
  async run<T>(sender: string, review: () => Promise<T>): Promise<{ result: T } | { retryAfterMs: number }> {
    const waitMs = Math.max(this.#each.waitMs(sender), this.#together.waitMs(ALL));
    if (waitMs > 0) return { retryAfterMs: waitMs };
    if (this.#waiting.length >= MAX_WAITING) return { retryAfterMs: 1000 };
    this.#each.charge(sender);
    this.#together.charge(ALL);
    if (this.#underWay >= AT_ONCE) await new Promise<void>((turn) => this.#waiting.push(turn));
    else this.#underWay++;
    try {
      return { result: await review() };
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay--;
      else next();
    }
  }
}
