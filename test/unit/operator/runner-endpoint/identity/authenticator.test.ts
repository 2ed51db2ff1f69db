import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { TOKEN_AUDIENCE } from '../../../../../api/common/names.ts';
import type { TokenReviewStatus } from '../../../../../operator/kube/api.ts';
import { Authenticator, callerOf } from '../../../../../operator/runner-endpoint/identity/authenticator.ts';
import { claimsOf } from '../../../../../operator/runner-endpoint/identity/token-claims.ts';
import { NOW } from '../../../../support/operator/operator-fixtures.ts';
import { claimsOfPod, jwt } from '../../../../support/operator/tokens.ts';

const POD = { namespace: 'shop', name: 'runner-0', uid: 'pod-0' };
const CLAIMS = claimsOfPod(POD);
const AUDIENCE = [TOKEN_AUDIENCE];

test('the claims of a token are its expiry and its pod, unless it is not for this audience', () => {
  assert.equal(claimsOf('nonsense'), undefined);
  assert.equal(claimsOf('a.b.c'), undefined);
  assert.equal(claimsOf(jwt({ ...CLAIMS, aud: ['https://kubernetes.default.svc'] })), undefined);
  assert.deepEqual(claimsOf(jwt(CLAIMS)), { expiresMs: NOW + 3600_000, pod: POD });
  assert.equal(claimsOf(jwt({ ...CLAIMS, 'kubernetes.io': { namespace: 'shop' } }))?.pod, undefined);
});

const REVIEW: TokenReviewStatus = {
  authenticated: true,
  audiences: AUDIENCE,
  user: {
    username: 'system:serviceaccount:shop:default',
    extra: {
      'authentication.kubernetes.io/pod-name': ['runner-0'],
      'authentication.kubernetes.io/pod-uid': ['pod-0'],
    },
  },
};

function withoutAudiences({ audiences: _, ...review }: TokenReviewStatus): TokenReviewStatus {
  return review;
}

const reviews: [sentence: string, review: TokenReviewStatus, kind: string][] = [
  ['the token of a pod identifies the pod', REVIEW, 'Pod'],
  ['an unauthenticated token has an unknown caller', { ...REVIEW, authenticated: false }, 'Unknown'],
  ['a review without our audience has an unknown caller', { ...REVIEW, audiences: ['other'] }, 'Unknown'],
  ['a review without audiences has an unknown caller', withoutAudiences(REVIEW), 'Unknown'],
  ['the token of a user has no pod', { ...REVIEW, user: { ...REVIEW.user, username: 'admin' } }, 'NoPod'],
  [
    'the token of a service account without a pod has no pod',
    { ...REVIEW, user: { ...REVIEW.user, extra: {} } },
    'NoPod',
  ],
];
for (const [sentence, review, kind] of reviews) test(sentence, () => assert.equal(callerOf(review).kind, kind));

describe('the authenticator', () => {
  const setUp = (response: () => Promise<TokenReviewStatus>) => {
    const reviewed: string[] = [];
    const clock = { now: NOW };
    const review = (token: string) => {
      reviewed.push(token);
      return response();
    };
    const authenticator = new Authenticator(review, () => clock.now);
    const authenticate = (token: string, sender = '10.0.0.1 pod-0') =>
      authenticator.authenticate(token, { expiresMs: NOW + 3600_000, sender });
    return { reviewed, clock, authenticate };
  };
  const token = 'the token';

  it('reviews a token once until shortly before it expires', async () => {
    const { reviewed, clock, authenticate } = setUp(async () => REVIEW);
    const pod = { namespace: 'shop', name: 'runner-0', uid: 'pod-0' };
    assert.deepEqual(await Promise.all([authenticate(token), authenticate(token)]), [
      { kind: 'Pod', pod },
      { kind: 'Pod', pod },
    ]);
    clock.now = NOW + 3589_000;
    await authenticate(token);
    assert.equal(reviewed.length, 1);
    clock.now = NOW + 3590_000;
    await authenticate(token);
    assert.equal(reviewed.length, 2);
  });

  it('reviews a refused token again after ten seconds', async () => {
    const { reviewed, clock, authenticate } = setUp(async () => ({ authenticated: false }));
    await authenticate(token);
    clock.now = NOW + 9999;
    assert.deepEqual(await authenticate(token), { kind: 'Unknown' });
    assert.equal(reviewed.length, 1);
    clock.now = NOW + 10_000;
    await authenticate(token);
    assert.equal(reviewed.length, 2);
  });

  it('does not cache a failed review', async () => {
    let fails = true;
    const { authenticate } = setUp(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve(REVIEW)));
    await assert.rejects(authenticate(token), /away/);
    fails = false;
    assert.equal((await authenticate(token)).kind, 'Pod');
  });

  describe('under a flood of forged tokens', () => {
    const real = (token: string) => token.startsWith('real');
    const setUpFlood = () => {
      const clock = { now: NOW };
      const counts = { reviews: 0, underWay: 0, most: 0 };
      const authenticator = new Authenticator(
        async (token) => {
          counts.reviews++;
          counts.most = Math.max(counts.most, ++counts.underWay);
          await new Promise(setImmediate);
          counts.underWay--;
          return real(token) ? REVIEW : { authenticated: false };
        },
        () => clock.now,
      );
      const authenticate = (token: string, sender: string) =>
        authenticator.authenticate(token, { expiresMs: NOW + 3600_000, sender });
      const flood = (from: number, addresses: number, each: number) =>
        Promise.all(
          Array.from({ length: addresses * each }, (_, i) =>
            authenticate(`forged ${from + i}`, `10.0.1.${i % addresses} pod-0`),
          ),
        );
      return { clock, counts, authenticate, flood };
    };

    it('reviews few at once and few a second, and tells the others when to come again', async () => {
      const { clock, counts, flood } = setUpFlood();
      const callers = await flood(0, 5, 5000);
      assert.ok(counts.reviews <= 5 * 5, `${counts.reviews} reviews of 25,000 tokens`);
      assert.ok(counts.most <= 16);
      const busy = callers.filter(({ kind }) => kind === 'Busy');
      assert.equal(busy.length, 25_000 - counts.reviews);
      assert.ok(busy.every((caller) => 'retryAfterMs' in caller && caller.retryAfterMs > 0));
      for (let second = 1; second <= 10; second++) {
        clock.now += 1000;
        await flood(25_000 * second, 5, 500);
      }
      assert.ok(counts.reviews <= 5 * 5 + 10 * 5, `${counts.reviews} reviews after ten seconds`);
    });

    it('knows a real runner without a review, and reviews that of another address', async () => {
      const { clock, counts, authenticate, flood } = setUpFlood();
      await authenticate('real 0', '10.0.0.1 pod-0');
      for (let second = 0; second < 20; second++) {
        await flood(2500 * second, 5, 500);
        clock.now += 1000;
      }
      const before = counts.reviews;
      assert.equal((await authenticate('real 0', '10.0.0.1 pod-0')).kind, 'Pod');
      assert.equal(counts.reviews, before, 'no token of a pod was forgotten');
      assert.equal((await authenticate('real 1', '10.0.0.2 pod-0')).kind, 'Pod');
    });

    it('reviews the tokens of a thousand runners that start at once behind one address', async () => {
      const { counts, authenticate } = setUpFlood();
      const callers = await Promise.all(
        Array.from({ length: 1000 }, (_, i) => authenticate(`real ${i}`, `10.0.2.1 pod-${i}`)),
      );
      assert.ok(callers.every(({ kind }) => kind === 'Pod'));
      assert.equal(counts.most, 16);
    });
  });
});
