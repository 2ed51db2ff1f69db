import { createHash } from 'node:crypto';
import { TOKEN_AUDIENCE } from '../../api/common/names.ts';
import type { TokenReviewStatus } from '../kube/api.ts';
import { expiryOf } from './token-claims.ts';

/** The pod that a token was issued for. */
export type PodIdentity = { namespace: string; name: string; uid: string };

/** The identity behind a token: unknown to the API server, not a pod, or a pod. */
export type Caller = { kind: 'Unknown' } | { kind: 'NoPod' } | { kind: 'Pod'; pod: PodIdentity };

/** A token counts as expired so long before its time: the runner has the next one long before. */
const EXPIRY_MARGIN_MS = 10_000;
const REFUSAL_MS = 10_000;
const MAX_ENTRIES = 20_000;

const USERNAME = /^system:serviceaccount:([^:]+):[^:]+$/;
const POD_NAME = 'authentication.kubernetes.io/pod-name';
const POD_UID = 'authentication.kubernetes.io/pod-uid';

/** Identifies callers by TokenReview, with one request for each token. */
export class Authenticator {
  readonly #review: (token: string, audience: string) => Promise<TokenReviewStatus>;
  readonly #now: () => number;
  /** By the token's hash, so that a dump of this memory holds no valid token. Oldest first. */
  readonly #known = new Map<string, { caller: Promise<Caller>; untilMs: number }>();

  constructor(review: (token: string, audience: string) => Promise<TokenReviewStatus>, now: () => number) {
    this.#review = review;
    this.#now = now;
  }

  /** Rejects when the API server cannot review the token. */
  async authenticate(token: string): Promise<Caller> {
    const expiresMs = expiryOf(token);
    if (expiresMs === undefined || expiresMs <= this.#now()) return { kind: 'Unknown' };
    const hash = createHash('sha256').update(token).digest('base64');
    const known = this.#known.get(hash);
    if (known !== undefined && known.untilMs > this.#now()) return known.caller;
    return this.#ask(token, hash, expiresMs);
  }

  async #ask(token: string, hash: string, expiresMs: number): Promise<Caller> {
    const caller = this.#review(token, TOKEN_AUDIENCE).then(callerOf);
    const entry = { caller, untilMs: this.#now() + REFUSAL_MS };
    this.#remember(hash, entry);
    try {
      if ((await caller).kind === 'Pod') entry.untilMs = expiresMs - EXPIRY_MARGIN_MS;
    } catch (error) {
      this.#known.delete(hash);
      throw error;
    }
    return caller;
  }

  #remember(hash: string, entry: { caller: Promise<Caller>; untilMs: number }): void {
    this.#known.delete(hash);
    this.#known.set(hash, entry);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MAX_ENTRIES && oldest !== undefined) this.#known.delete(oldest);
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
