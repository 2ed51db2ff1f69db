import { createHash } from 'node:crypto';
import { TOKEN_AUDIENCE } from '../../../api/common/names.ts';
import { setNewest } from '../../../model/common/newest.ts';
import type { TokenReviewStatus } from '../../kube/api.ts';
import { ReviewLimit } from './review-limit.ts';
import type { PodIdentity } from './token-claims.ts';

/** The identity behind a token: unknown to the API server, not a pod, or a pod. Busy: the API server was not asked. */
export type Caller =
  | { kind: 'Unknown' }
  | { kind: 'NoPod' }
  | { kind: 'Pod'; pod: PodIdentity }
  | { kind: 'Busy'; retryAfterMs: number };

/** Identifies the sender of a token that expires then. `sender`: where it came from, and the pod that it claims. */
export type Authenticate = (token: string, from: { expiresMs: number; sender: string }) => Promise<Caller>;

type Review = (token: string, audience: string) => Promise<TokenReviewStatus>;

/** A token counts as expired so long before its time: the runner has the next one long before. */
const EXPIRY_MARGIN_MS = 10_000;
const REFUSAL_MS = 10_000;
const MAX_PODS = 20_000;
const MAX_REFUSED = 5_000;

const USERNAME = /^system:serviceaccount:([^:]+):[^:]+$/;
const POD_NAME = 'authentication.kubernetes.io/pod-name';
const POD_UID = 'authentication.kubernetes.io/pod-uid';

/** Identifies callers by TokenReview, with one request for each token and a limited number of requests. */
export class Authenticator {
  readonly #review: Review;
  readonly #now: () => number;
  readonly #limit: ReviewLimit;
  /** By the token's hash, so that a dump of this memory holds no valid token. Refused tokens, which anybody can make, evict no other. */
  readonly #pods: Memory;
  readonly #refused: Memory;
  readonly #underReview = new Map<string, Promise<Caller>>();

  constructor(review: Review, now: () => number, limit = new ReviewLimit(now)) {
    this.#review = review;
    this.#now = now;
    this.#limit = limit;
    this.#pods = new Memory(MAX_PODS, now);
    this.#refused = new Memory(MAX_REFUSED, now);
  }

  /** Rejects when the API server cannot review the token. */
  authenticate: Authenticate = async (token, { expiresMs, sender }) => {
    const hash = createHash('sha256').update(token).digest('base64');
    const known = this.#pods.get(hash) ?? this.#refused.get(hash) ?? this.#underReview.get(hash);
    if (known !== undefined) return known;
    const caller = this.#ask(token, hash, { expiresMs, sender });
    this.#underReview.set(hash, caller);
    try {
      return await caller;
    } finally {
      this.#underReview.delete(hash);
    }
  };

  async #ask(
    token: string,
    hash: string,
    { expiresMs, sender }: { expiresMs: number; sender: string },
  ): Promise<Caller> {
    const reviewed = await this.#limit.run(sender, () => this.#review(token, TOKEN_AUDIENCE));
    if ('retryAfterMs' in reviewed) return { kind: 'Busy', ...reviewed };
    const caller = callerOf(reviewed.result);
    if (caller.kind === 'Pod') this.#pods.put(hash, caller, expiresMs - EXPIRY_MARGIN_MS);
    else this.#refused.put(hash, caller, this.#now() + REFUSAL_MS);
    return caller;
  }
}

/** The caller that a TokenReview describes. */
export function callerOf({ authenticated, audiences, user }: TokenReviewStatus): Caller {
  if (authenticated !== true || !audiences?.includes(TOKEN_AUDIENCE)) return { kind: 'Unknown' };
  const namespace = USERNAME.exec(user?.username ?? '')?.[1];
  const name = user?.extra?.[POD_NAME]?.[0];
  const uid = user?.extra?.[POD_UID]?.[0];
  if (namespace === undefined || name === undefined || uid === undefined) return { kind: 'NoPod' };
  return { kind: 'Pod', pod: { namespace, name, uid } };
}

/** The callers of so many tokens at most, by hash, the oldest first. */
class Memory {
  readonly #most: number;
  readonly #now: () => number;
  readonly #callers = new Map<string, { caller: Caller; untilMs: number }>();

  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  get(hash: string): Caller | undefined {
    const known = this.#callers.get(hash);
    return known !== undefined && known.untilMs > this.#now() ? known.caller : undefined;
  }

  put(hash: string, caller: Caller, untilMs: number): void {
    setNewest(this.#callers, hash, { caller, untilMs }, this.#most);
  }
}
