import { createHash } from 'node:crypto';
import { TOKEN_AUDIENCE } from '../../api/common/names.ts';
import type { TokenReviewStatus } from '../kube/api.ts';
import { expiryOf } from './token-claims.ts';

/** The pod that a token was made for. */
export type PodIdentity = { namespace: string; name: string; uid: string };

/** Who presented a token: nobody whom the API server knows, somebody who is no pod, or a pod. */
export type Caller = { kind: 'Unknown' } | { kind: 'NoPod' } | { kind: 'Pod'; pod: PodIdentity };

/** Before a token expires, its runner has long been given the next one. */
const EXPIRY_MARGIN_MS = 10_000;
const REFUSAL_MS = 10_000;
const MAX_ENTRIES = 20_000;

const USERNAME = /^system:serviceaccount:([^:]+):[^:]+$/;
const POD_NAME = 'authentication.kubernetes.io/pod-name';
const POD_UID = 'authentication.kubernetes.io/pod-uid';

/** Tells by TokenReview whose a token is, asking about each token once. */
export class Authenticator {
  readonly #review: (token: string, audience: string) => Promise<TokenReviewStatus>;
  readonly #now: () => number;
  /** By the token's hash, so that a copy of this memory lets nobody in. Oldest first. */
  readonly #known = new Map<string, { caller: Promise<Caller>; untilMs: number }>();

  constructor(review: (token: string, audience: string) => Promise<TokenReviewStatus>, now: () => number) {
    this.#review = review;
    this.#now = now;
  }

  /** Rejects when the API server could not be asked. */
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

/** What a TokenReview says, as far as it is about a pod. */
export function callerOf({ authenticated, audiences, user }: TokenReviewStatus): Caller {
  if (authenticated !== true || !audiences?.includes(TOKEN_AUDIENCE)) return { kind: 'Unknown' };
  const namespace = USERNAME.exec(user?.username ?? '')?.[1];
  const name = user?.extra?.[POD_NAME]?.[0];
  const uid = user?.extra?.[POD_UID]?.[0];
  if (namespace === undefined || name === undefined || uid === undefined) return { kind: 'NoPod' };
  return { kind: 'Pod', pod: { namespace, name, uid } };
}
