import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { IntervalEnd, IntervalEnds } from '../../../../model/compare/interval-end.ts';
import { intervalsBetween } from '../../../../model/compare/intervals.ts';
import {
  encodeIntervalEnds,
  encodeRunnerUpdate,
  encodeSnapshot,
  type RunnerUpdate,
} from '../../../../model/wire/runner-update.ts';
import type { TokenReviewStatus } from '../../../../operator/kube/api.ts';
import type { Pod } from '../../../../operator/kube/types.ts';
import { Authenticator, callerOf } from '../../../../operator/runner-endpoint/authenticator.ts';
import {
  type EndpointDependencies,
  instructionFor,
  takeUpdate,
} from '../../../../operator/runner-endpoint/endpoint.ts';
import { type InstructionInput, instruct } from '../../../../operator/runner-endpoint/instruction.ts';
import { parseUpdate } from '../../../../operator/runner-endpoint/parse-update.ts';
import { gatherMs, liveMs, patienceMs, pollMs } from '../../../../operator/runner-endpoint/polling.ts';
import type { Refusal } from '../../../../operator/runner-endpoint/refusal.ts';
import { type RunnerIdentity, runnerOf } from '../../../../operator/runner-endpoint/runner-identity.ts';
import { expiryOf } from '../../../../operator/runner-endpoint/token-claims.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { at, JOB, job, loadTest, NOW, pod, snapshot, UID } from '../../../support/operator-fixtures.ts';

const started = loadTest({}, { loadStartTime: at(300) });
const complete = loadTest(
  {},
  {
    conditions: [{ type: 'Complete', status: 'True', reason: 'Finished', message: '', lastTransitionTime: at(0) }],
  },
);
const deleted = { ...started, metadata: { ...started.metadata, deletionTimestamp: at(0) } };
const many = loadTest({ runners: { replicas: 1000 } }, { loadStartTime: at(300) });

const instructions: [
  sentence: string,
  asked: Partial<InstructionInput>,
  phase: RunnerUpdate['phase'],
  response: Record<string, unknown>,
][] = [
  ['a runner that starts gets its assignment', {}, 'Starting', { instruction: 'Prepare', nextReportMs: 100 }],
  ['a ready runner waits for the others', {}, 'Ready', { instruction: 'Wait', nextReportMs: 100 }],
  [
    'a ready runner starts when the start is persisted',
    { test: started },
    'Ready',
    { instruction: 'Start', startAtMs: NOW + 300 },
  ],
  [
    'a ready runner that missed the start begins at once',
    { test: started, nowMs: NOW + 5000 },
    'Ready',
    { instruction: 'Start', startAtMs: NOW + 5000 },
  ],
  ['a running runner goes on', { test: started }, 'Running', { instruction: 'Continue', nextReportMs: 1000 }],
  ['a thousand runners report less often', { test: many }, 'Running', { instruction: 'Continue', nextReportMs: 5000 }],
  [
    'a thousand runners ask less often',
    { test: loadTest({ runners: { replicas: 1000 } }) },
    'Ready',
    { instruction: 'Wait', nextReportMs: 1000 },
  ],
  [
    'a running runner stops when another was lost',
    { test: started, stopReason: 'runner 1 was lost' },
    'Running',
    { instruction: 'Stop', reason: 'runner 1 was lost' },
  ],
  [
    'a final report is kept up until it is persisted',
    { test: started },
    'Finished',
    { instruction: 'Wait', nextReportMs: 100 },
  ],
  [
    'a final report is kept up also when the others are to stop',
    { test: started, stopReason: 'x' },
    'Finished',
    { instruction: 'Wait' },
  ],
  ['a failure is kept up until it is persisted', {}, 'Failed', { instruction: 'Wait' }],
  ['a final report is accepted when the test is complete', { test: complete }, 'Finished', { instruction: 'Accepted' }],
  ['a failure is accepted when the test is complete', { test: complete }, 'Failed', { instruction: 'Accepted' }],
  [
    'a runner of a complete test stops',
    { test: complete },
    'Running',
    { instruction: 'Stop', reason: 'the LoadTest is complete' },
  ],
  ['a runner that comes too late stops', { test: complete }, 'Starting', { instruction: 'Stop' }],
  [
    'a runner of a test that is being deleted stops',
    { test: deleted },
    'Running',
    { instruction: 'Stop', reason: 'the LoadTest is being deleted' },
  ],
  [
    'a runner of a test that is gone stops',
    { test: undefined },
    'Running',
    { instruction: 'Stop', reason: 'the LoadTest is gone' },
  ],
  ['a final report of a test that is gone is let go', { test: undefined }, 'Finished', { instruction: 'Accepted' }],
];

describe('the instruction', () => {
  for (const [sentence, asked, phase, expected] of instructions) {
    it(sentence, () => {
      const known = { nowMs: NOW, addresses: undefined, test: loadTest(), index: 1, stopReason: undefined };
      const response = instruct({ ...known, ...asked, update: { phase } });
      assert.deepEqual({ ...response, ...expected }, response);
      assert.equal(response.nowMs, asked.nowMs ?? NOW);
    });
  }

  it('assigns a runner its share', () => {
    const { assignment } = instruct({
      nowMs: NOW,
      addresses: { denied: ['10.0.0.0/8'], hosts: ['*.shop.svc'] },
      test: loadTest(),
      index: 1,
      update: { phase: 'Starting' },
      stopReason: undefined,
    });
    assert.deepEqual(assignment?.test, { namespace: 'shop', name: 'checkout', uid: UID });
    assert.deepEqual(assignment?.addresses, { denied: ['10.0.0.0/8'], hosts: ['*.shop.svc'] });
    assert.deepEqual([assignment?.index, assignment?.replicas], [1, 2]);
    assert.equal(assignment?.spec.requests[0]?.method, 'GET');
  });
});

test('the more runners, the less often each reports, and the more of their reports are looked at together', () => {
  const paces = (replicas: number) => [pollMs, liveMs, patienceMs, gatherMs].map((of) => of(replicas));
  assert.deepEqual(paces(1), [100, 1000, 2500, 0]);
  assert.deepEqual(paces(20), [100, 1000, 2500, 0]);
  assert.deepEqual(paces(200), [200, 1000, 2500, 20]);
  assert.deepEqual(paces(1000), [1000, 5000, 8500, 100]);
});

describe('a report', () => {
  const observedState = (test = loadTest()) => {
    const enqueued: string[] = [];
    const updates = new UpdateStore();
    return {
      enqueued,
      updates,
      addresses: undefined,
      authenticate: () => Promise.reject(new Error('not asked')),
      pod: () => pod(0),
      job: () => job(),
      test: () => test,
      enqueue: (key: string) => void enqueued.push(key),
      now: () => NOW,
    };
  };
  const exchange = (w: EndpointDependencies, who: RunnerIdentity, update: RunnerUpdate): Instruction | Refusal => {
    const taken = takeUpdate(w, who, encodeRunnerUpdate(update));
    return 'error' in taken ? taken : instructionFor(w, who, taken.update);
  };
  const runner = runnerOf(pod(0), () => job())!;
  const running: RunnerUpdate = { phase: 'Running', snapshot: snapshot(1) };

  it('is kept, and looked at when its phase is new', () => {
    const w = observedState(started);
    exchange(w, runner, running);
    exchange(w, runner, { ...running, snapshot: snapshot(2) });
    exchange(w, runner, { ...running, phase: 'Finished' });
    assert.deepEqual(w.enqueued, ['shop/checkout', 'shop/checkout']);
    assert.equal(w.updates.of(UID).get(0)?.update.phase, 'Finished');
  });

  it('of a successor of a lost runner is not stored, and the successor stops', () => {
    const w = observedState(started);
    exchange(w, runner, running);
    for (const phase of ['Starting', 'Ready', 'Running'] as const) {
      const response = exchange(w, { ...runner, podUid: 'successor' }, { ...running, phase });
      assert.deepEqual('instruction' in response && [response.instruction, response.reason], [
        'Stop',
        'the load has started without this pod',
      ]);
    }
    assert.equal(w.updates.of(UID).get(0)?.podUid, 'pod-0');
  });

  it('of a pod that starts when the load has begun is not kept, also when nobody was heard before', () => {
    const w = observedState(started);
    const response = exchange(w, runner, { phase: 'Starting' });
    assert.equal('instruction' in response && response.instruction, 'Stop');
    assert.equal(w.updates.of(UID).size, 0);
  });

  it('that was overtaken by a later one is refused, and the later one stays', () => {
    const w = observedState(started);
    const later: RunnerUpdate = { phase: 'Running', snapshot: { ...snapshot(5), elapsedMs: 12_000 } };
    exchange(w, runner, later);
    const refusal = { status: 409, error: 'a later update of this runner is known' };
    assert.deepEqual(exchange(w, runner, running), refusal);
    assert.deepEqual(exchange(w, runner, { phase: 'Ready' }), refusal);
    assert.equal(w.updates.of(UID).get(0)?.update.snapshot?.requests[0]?.counts.done, 5);
  });

  it('that is sent again changes nothing', () => {
    const w = observedState(started);
    for (let i = 0; i < 3; i++) assert.ok('instruction' in exchange(w, runner, running));
    assert.equal(w.updates.of(UID).get(0)?.update.snapshot?.requests[0]?.counts.done, 1);
  });

  it('whose counts do not add up is refused by the path of the counts', () => {
    const forged = snapshot(1);
    forged.requests[0]!.counts.done = 1000;
    const response = parseUpdate(encodeRunnerUpdate({ phase: 'Running', snapshot: forged }));
    assert.match('error' in response ? response.error : '', /^snapshot\.requests\.0\.counts: made 1 is not done 1000/);
  });

  describe('of a runner that has the intervals of its run', () => {
    const end = (second: number): IntervalEnd => {
      const { counts, responseTime } = snapshot(10 * second).requests[0]!;
      return {
        elapsedMs: 1000 * second,
        threads: 1,
        generated: counts.generated,
        done: counts.done,
        errors: 0,
        responseTime,
      };
    };
    const intervals: IntervalEnds = { stepMs: 1000, ends: [end(1), end(2)], last: end(3) };
    const other = runnerOf(pod(1), () => job())!;
    const finished: RunnerUpdate = { phase: 'Finished', snapshot: snapshot(30) };
    const isAsked = (response: ReturnType<typeof exchange>) =>
      'instruction' in response && response.wantsIntervals === true;

    it('is answered that they are wanted, until they are told', () => {
      const w = observedState(started);
      assert.equal(isAsked(exchange(w, runner, { ...running, intervals: 'Kept' })), false, 'not under load');
      assert.equal(isAsked(exchange(w, runner, finished)), false, 'it has none');
      assert.equal(isAsked(exchange(w, runner, { ...finished, intervals: 'Kept' })), true);
      assert.equal(isAsked(exchange(w, runner, { ...finished, intervals })), false);
      assert.equal(isAsked(exchange(w, runner, { ...finished, intervals: 'Kept' })), false);
      assert.equal(
        isAsked(exchange(w, other, { ...finished, intervals: 'Kept' })),
        true,
        'the other has not told its own',
      );
    });

    it('waits for its turn when there are many', () => {
      const w = observedState(many);
      const tells = (index: number, told: 'Kept' | IntervalEnds) =>
        exchange(w, { ...runner, index, podUid: `pod-${index}` }, { ...finished, intervals: told });
      assert.deepEqual(
        [199, 200, 999].map((index) => isAsked(tells(index, 'Kept'))),
        [true, false, false],
      );
      tells(5, intervals);
      assert.deepEqual(
        [200, 201].map((index) => isAsked(tells(index, 'Kept'))),
        [true, false],
      );
    });

    it('is asked again by an operator that began anew', () => {
      exchange(observedState(started), runner, { ...finished, intervals });
      assert.equal(isAsked(exchange(observedState(started), runner, { ...finished, intervals: 'Kept' })), true);
    });

    it('is looked at when the last has told its own; they are added up, each once, and not kept', () => {
      const w = observedState(started);
      for (const one of [runner, other]) exchange(w, one, { ...finished, intervals: 'Kept' });
      w.enqueued.length = 0;
      exchange(w, runner, { ...finished, intervals });
      exchange(w, runner, { ...finished, intervals });
      assert.deepEqual(w.enqueued, []);
      exchange(w, other, { ...finished, intervals });
      assert.deepEqual(w.enqueued, ['shop/checkout']);
      assert.deepEqual(intervalsBetween(w.updates.intervals(UID)!.ends).done, [20, 20, 20]);
      assert.equal(w.updates.of(UID).get(0)?.update.intervals, 'Kept');
      w.updates.forget(UID);
      assert.equal(w.updates.intervals(UID), undefined);
    });

    it('is refused when their histograms do not decode', () => {
      const last = { ...encodeIntervalEnds(intervals).last, responseTime: 'AAAA' };
      const broken = { ...encodeIntervalEnds(intervals), last };
      assert.deepEqual(parseUpdate({ ...encodeRunnerUpdate(finished), windows: broken }), {
        status: 400,
        error: 'windows.2.responseTime: must be an HdrHistogram in the V2 encoding',
      });
    });
  });

  it('of a complete test is not kept', () => {
    const w = observedState(complete);
    exchange(w, runner, running);
    assert.equal(w.updates.of(UID).size, 0);
  });

  it('of a test that was replaced by another of its name is not kept', () => {
    const w = observedState();
    const response = exchange(w, { ...runner, uid: 'another' }, running);
    assert.equal(w.updates.of('another').size, 0);
    assert.equal('instruction' in response && response.instruction, 'Stop');
  });

  const request = (name: string) => ({ ...snapshot(1).requests[0]!, name });
  const strangers: [sentence: string, requests: ReturnType<typeof request>[], error: string][] = [
    ['without requests', [], 'and not none'],
    ['with another request', [request('order'), request('other')], 'and not order, other'],
    ['with a request too few', [request('order')], 'and not order'],
    ['with a request too many', ['order', 'items', 'more'].map(request), 'and not order, items, more'],
    ['with the requests in another order', [request('items'), request('order')], 'and not items, order'],
  ];
  for (const [sentence, requests, error] of strangers)
    it(`${sentence} is refused by name and not kept, as it could not be merged`, () => {
      const w = observedState(
        loadTest({ requests: [{ name: 'order' }, { name: 'items' }] }, { loadStartTime: at(300) }),
      );
      assert.deepEqual(exchange(w, runner, { phase: 'Running', snapshot: { ...snapshot(1), requests } }), {
        status: 400,
        error: `snapshot.requests: must be those of the spec, order, items, ${error}`,
      });
      assert.deepEqual([w.updates.of(UID).size, w.enqueued], [0, []]);
    });

  it('that breaks the schema is refused by the path of its field', () => {
    assert.deepEqual(parseUpdate({ phase: 'Running', snapshot: { ...encodeSnapshot(snapshot(1)), cpuMs: -1 } }), {
      status: 400,
      error: 'snapshot.cpuMs: Too small: expected number to be >=0',
    });
  });

  it('with a histogram that does not decode is refused by the path of the histogram', () => {
    const broken = encodeSnapshot(snapshot(1));
    broken.requests[0]!.serviceTime = 'AAAA';
    assert.deepEqual(parseUpdate({ phase: 'Running', snapshot: broken }), {
      status: 400,
      error: 'snapshot.requests.0.serviceTime: must be an HdrHistogram in the V2 encoding',
    });
  });
});

describe('the runner that a pod is', () => {
  const change = (metadata: Partial<Pod['metadata']>): Pod => ({
    ...pod(1),
    metadata: { ...pod(1).metadata, ...metadata },
  });
  const [owner] = pod(1).metadata.ownerReferences!;
  const rows: [sentence: string, pod: Pod, isRunner: boolean][] = [
    ['a pod of the Job is a runner', pod(1), true],
    ['a pod without labels is none', change({ labels: {} }), false],
    ['a pod with our labels but without an owner is none', change({ ownerReferences: [] }), false],
    [
      'a pod of a Job that has the name and is another is none',
      change({ ownerReferences: [{ ...owner!, uid: 'forged' }] }),
      false,
    ],
    ['a pod of another Job is none', change({ ownerReferences: [{ ...owner!, name: 'other' }] }), false],
    [
      'a pod whose owner is no controller is none',
      change({ ownerReferences: [{ ...owner!, controller: false }] }),
      false,
    ],
    [
      'a pod without an index is none',
      change({ labels: { ...pod(1).metadata.labels, 'batch.kubernetes.io/job-completion-index': 'x' } }),
      false,
    ],
  ];
  for (const [sentence, candidate, isRunner] of rows) {
    it(sentence, () => {
      const found = runnerOf(candidate, () => job());
      assert.deepEqual(
        found,
        isRunner ? { namespace: 'shop', name: 'checkout', uid: UID, index: 1, podUid: 'pod-1' } : undefined,
      );
    });
  }

  it('a pod of a Job that has the name and was made by somebody else is none', () => {
    const other = { ...job(), metadata: { ...job().metadata, ownerReferences: [] } };
    assert.equal(
      runnerOf(pod(1), () => other),
      undefined,
    );
  });

  it('a pod of a Job that is gone is still known, so that it is told to stop', () => {
    const asked: string[] = [];
    const found = runnerOf(pod(1), (...names) => void asked.push(names.join('/')));
    assert.deepEqual([found?.podUid, asked], ['pod-1', [`shop/${JOB}`]]);
  });
});

function jwt(claims: unknown): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
}

const AUDIENCE = ['loadtest-operator'];
const IN_AN_HOUR = NOW / 1e3 + 3600;

test('what is plainly no token for us is not shown to the API server', () => {
  assert.equal(expiryOf('nonsense'), undefined);
  assert.equal(expiryOf('a.b.c'), undefined);
  assert.equal(expiryOf(jwt({ aud: ['https://kubernetes.default.svc'], exp: IN_AN_HOUR })), undefined);
  assert.equal(expiryOf(jwt({ aud: AUDIENCE, exp: IN_AN_HOUR })), NOW + 3600_000);
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
  ["a pod's token names its pod", REVIEW, 'Pod'],
  ['a token that is not authenticated names nobody', { ...REVIEW, authenticated: false }, 'Unknown'],
  ['an answer without our audience names nobody', { ...REVIEW, audiences: ['other'] }, 'Unknown'],
  ['an answer of a server that knows no audiences names nobody', withoutAudiences(REVIEW), 'Unknown'],
  ["a person's token names no pod", { ...REVIEW, user: { ...REVIEW.user, username: 'admin' } }, 'NoPod'],
  ['a service account without a pod names no pod', { ...REVIEW, user: { ...REVIEW.user, extra: {} } }, 'NoPod'],
];
for (const [sentence, review, kind] of reviews) test(sentence, () => assert.equal(callerOf(review).kind, kind));

describe('the authenticator', () => {
  const setUp = (response: () => Promise<TokenReviewStatus>) => {
    const asked: string[] = [];
    const clock = { now: NOW };
    const review = (token: string) => {
      asked.push(token);
      return response();
    };
    return { asked, clock, authenticator: new Authenticator(review, () => clock.now) };
  };
  const token = jwt({ aud: AUDIENCE, exp: IN_AN_HOUR });

  it('asks once about a token, until it is about to expire', async () => {
    const { asked, clock, authenticator } = setUp(async () => REVIEW);
    const pod = { namespace: 'shop', name: 'runner-0', uid: 'pod-0' };
    assert.deepEqual(await Promise.all([authenticator.authenticate(token), authenticator.authenticate(token)]), [
      { kind: 'Pod', pod },
      { kind: 'Pod', pod },
    ]);
    clock.now = NOW + 3589_000;
    await authenticator.authenticate(token);
    assert.equal(asked.length, 1);
    clock.now = NOW + 3590_000;
    await authenticator.authenticate(token);
    assert.equal(asked.length, 2);
  });

  it('asks about a refused token again after a short while', async () => {
    const { asked, clock, authenticator } = setUp(async () => ({ authenticated: false }));
    await authenticator.authenticate(token);
    clock.now = NOW + 9999;
    assert.deepEqual(await authenticator.authenticate(token), { kind: 'Unknown' });
    assert.equal(asked.length, 1);
    clock.now = NOW + 10_000;
    await authenticator.authenticate(token);
    assert.equal(asked.length, 2);
  });

  it('does not ask about an expired token', async () => {
    const { asked, authenticator } = setUp(async () => REVIEW);
    assert.deepEqual(await authenticator.authenticate(jwt({ aud: AUDIENCE, exp: NOW / 1e3 })), { kind: 'Unknown' });
    assert.equal(asked.length, 0);
  });

  it('remembers no failure to ask', async () => {
    let fails = true;
    const { authenticator } = setUp(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve(REVIEW)));
    await assert.rejects(authenticator.authenticate(token), /away/);
    fails = false;
    assert.equal((await authenticator.authenticate(token)).kind, 'Pod');
  });
});
