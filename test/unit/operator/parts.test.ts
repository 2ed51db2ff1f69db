import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { DENIED_ADDRESSES } from '../../../api/common/sizes.ts';
import type { Condition } from '../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { pack } from '../../../operator/kube/pack.ts';
import { ResourceStore } from '../../../operator/kube/resource-store.ts';
import type { Resource } from '../../../operator/kube/types.ts';
import { eventManifest, occurrences } from '../../../operator/loadtest/act/events.ts';
import { throttleStatus } from '../../../operator/loadtest/decide/status-throttling.ts';
import { parseLoadTest } from '../../../operator/loadtest/resources/loadtest-resource.ts';
import { readConfig } from '../../../operator/runtime/config.ts';
import { at, NOW, resource } from '../../support/operator/operator-fixtures.ts';

const condition = (type: Condition['type'], status: Condition['status'], reason: string, message = ''): Condition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: at(0),
});

test('readConfig reads the environment, or names every invalid variable', () => {
  const env = {
    LOADTEST_RUNNER_IMAGE: 'i',
    LOADTEST_OPERATOR_URL: 'http://operator:8090',
    LOADTEST_WATCH_NAMESPACE: '',
    LOADTEST_POD_NAME: 'operator-0',
    LOADTEST_POD_UID: '3f1c',
    LOADTEST_POD_NAMESPACE: 'system',
    LOADTEST_LEASE_NAME: 'operator',
  };
  assert.deepEqual(readConfig(env), {
    config: {
      runnerImage: 'i',
      runnerImagePullPolicy: 'IfNotPresent',
      scrapeAnnotations: true,
      firstScrapeMs: 75_000,
      runnerTemplate: {},
      operatorUrl: 'http://operator:8090',
      grafanaUrl: undefined,
      watchNamespace: undefined,
      limits: {
        oneTestPerTarget: false,
        allowScripts: true,
        allowContainers: true,
        allowUnixSockets: false,
        allowPodFields: [],
        allowedHosts: [],
        deniedAddresses: [...DENIED_ADDRESSES],
      },
      reportPort: 8090,
      metricsPort: 8080,
    },
    candidate: { namespace: 'system', pod: 'operator-0', podUid: '3f1c', lease: 'operator' },
  });
  const unscraped = readConfig({ ...env, LOADTEST_SCRAPE_ANNOTATIONS: 'false' });
  assert.equal('config' in unscraped && unscraped.config.scrapeAnnotations, false);
  const tooLong = readConfig({ ...env, LOADTEST_FIRST_SCRAPE_WAIT: '2m1s' });
  assert.deepEqual(tooLong, { problem: 'LOADTEST_FIRST_SCRAPE_WAIT: must be at most 2m' });
  const read = readConfig({ LOADTEST_OPERATOR_URL: 'operator:8090', LOADTEST_REPORT_PORT: 'x' });
  const named = 'problem' in read ? read.problem.split('\n').map((line) => line.split(':')[0]) : [];
  assert.deepEqual(named, [
    'LOADTEST_RUNNER_IMAGE',
    'LOADTEST_OPERATOR_URL',
    'LOADTEST_REPORT_PORT',
    'LOADTEST_POD_NAME',
    'LOADTEST_POD_NAMESPACE',
    'LOADTEST_LEASE_NAME',
  ]);
  for (const [limits, field] of [
    ['{', 'LOADTEST_LIMITS: must be JSON'],
    ['{"maxRate":0}', 'LOADTEST_LIMITS.maxRate: '],
    ['{"maxDuration":"long"}', 'LOADTEST_LIMITS.maxDuration: '],
    ['{"deniedAddresses":["10.0.0.0"]}', 'LOADTEST_LIMITS.deniedAddresses.0: must be a range of addresses'],
    ['{"allowedHosts":["Shop/x"]}', 'LOADTEST_LIMITS.allowedHosts.0: must be a host'],
    ['{"maxRat":1}', 'LOADTEST_LIMITS: '],
  ] as const) {
    const wrong = readConfig({ ...env, LOADTEST_LIMITS: limits });
    assert.ok('problem' in wrong && wrong.problem.startsWith(field), JSON.stringify(wrong));
  }
});

test('a LoadTest whose name does not fit into a label is refused', () => {
  const long = resource();
  long.metadata.name = 'x'.repeat(64);
  assert.equal(parseLoadTest(long).problem, 'metadata.name: must be at most 63 characters');
});

describe('a status', () => {
  const before: LoadTestStatus = {
    startTime: at(0),
    runners: { desired: 2, ready: 0, succeeded: 0, lost: 0 },
    conditions: [condition('Accepted', 'True', 'Accepted'), condition('Ready', 'False', 'WaitingForRunners', '0 of 2')],
  };
  const counts = { ...before, runners: { desired: 2, ready: 1, succeeded: 0, lost: 0 } };
  const reason = { ...before, conditions: [before.conditions![0]!, condition('Ready', 'False', 'ImagePullFailed')] };
  const rows: [
    sentence: string,
    next: LoadTestStatus,
    lastWriteMs: number | undefined,
    expected: ReturnType<typeof throttleStatus>,
  ][] = [
    [
      'that differs only in the order of conditions is not written',
      { conditions: before.conditions!.toReversed(), runners: before.runners, startTime: at(0) },
      undefined,
      { write: false },
    ],
    ['with a new reason is written at once', reason, NOW - 1, { write: true }],
    ['with a new time is written at once', { ...before, loadStartTime: at(1) }, NOW - 1, { write: true }],
    ['with new figures is throttled', counts, NOW - 4000, { write: false, againMs: 6000 }],
    ['with new figures is written ten seconds after the last write', counts, NOW - 10_000, { write: true }],
    [
      'with new figures is written at once by an operator that has not written before',
      counts,
      undefined,
      { write: true },
    ],
  ];
  for (const [sentence, next, lastWriteMs, expected] of rows) {
    it(sentence, () =>
      assert.deepEqual(throttleStatus(before, next, { nowMs: NOW, ...(lastWriteMs && { lastWriteMs }) }), expected),
    );
  }
});

describe('an event', () => {
  const rows: [sentence: string, before: Condition[], after: Condition[], events: string[]][] = [
    [
      'is not sent when only a message changes',
      [condition('Running', 'True', 'LoadStarted')],
      [condition('Running', 'True', 'LoadStarted', 'x')],
      [],
    ],
    ['reports the start of the load', [], [condition('Running', 'True', 'LoadStarted')], ['Normal LoadStarted']],
    [
      'reports the end of a test with an invalid spec once',
      [],
      [
        condition('Accepted', 'False', 'Invalid'),
        condition('Ready', 'False', 'Invalid'),
        condition('Complete', 'True', 'Invalid'),
        condition('Passed', 'Unknown', 'Invalid'),
      ],
      ['Warning Inconclusive'],
    ],
    [
      'reports the end of a test whose script is invalid once',
      [condition('Ready', 'False', 'WaitingForRunners'), condition('Complete', 'False', 'WaitingForRunners')],
      [
        condition('Ready', 'False', 'ScriptInvalid'),
        condition('Complete', 'True', 'ScriptInvalid'),
        condition('Passed', 'Unknown', 'ScriptInvalid'),
      ],
      ['Warning Inconclusive'],
    ],
    [
      'reports why runners are not ready',
      [condition('Ready', 'False', 'WaitingForRunners')],
      [condition('Ready', 'False', 'ImagePullFailed')],
      ['Warning ImagePullFailed'],
    ],
    ['is not sent for normal waiting', [], [condition('Ready', 'False', 'WaitingForRunners')], []],
    [
      'reports that the test passed',
      [],
      [condition('Complete', 'True', 'Finished'), condition('Passed', 'True', 'ThresholdsMet')],
      ['Normal Passed'],
    ],
    [
      'reports that the test failed',
      [],
      [condition('Complete', 'True', 'Finished'), condition('Passed', 'False', 'ThresholdExceeded')],
      ['Warning Failed'],
    ],
    [
      'reports an inconclusive result',
      [],
      [condition('Complete', 'True', 'ReadyTimeout'), condition('Passed', 'Unknown', 'ReadyTimeout')],
      ['Warning Inconclusive'],
    ],
  ];
  for (const [sentence, before, after, events] of rows) {
    it(sentence, () => {
      const found = occurrences({ conditions: before }, { conditions: after });
      assert.deepEqual(
        found.map(({ type, reason }) => `${type} ${reason}`),
        events,
      );
    });
  }

  it('has a time in microseconds, and the same name when it repeats', () => {
    const occurrence = { type: 'Normal' as const, reason: 'Passed', note: 'x'.repeat(2000) };
    const [first, again] = [0, 1].map((ms) => eventManifest('LoadTest', resource().metadata, occurrence, NOW + ms));
    assert.equal(first!.eventTime, '2026-03-01T12:00:00.000000Z');
    assert.equal(first!.note.length, 1024);
    assert.equal(first!.metadata.name, again!.metadata.name);
  });

  it('has another name for another version of its object, unless it is reported once for something', () => {
    const namesOf = (onceFor: object) =>
      ['1', '2'].map((resourceVersion) => {
        const occurrence = { type: 'Normal' as const, reason: 'AlreadyActive', note: 'x', ...onceFor };
        return eventManifest('LoadTest', { ...resource().metadata, resourceVersion }, occurrence, NOW).metadata.name;
      });
    assert.equal(new Set(namesOf({})).size, 2);
    assert.equal(new Set(namesOf({ onceFor: 'a' })).size, 1);
    assert.equal(new Set([...namesOf({ onceFor: 'a' }), ...namesOf({ onceFor: 'b' })]).size, 2);
  });
});

describe('the store of persisted objects', () => {
  const version = (resourceVersion: string, uid = 'u', started = false): Resource => ({
    metadata: { ...resource().metadata, uid, resourceVersion },
    spec: resource().spec,
    status: started ? { startTime: at(0) } : {},
  });
  const setUp = () => {
    const cached: { object: Resource | undefined } = { object: version('10') };
    const store = new ResourceStore({ get: () => cached.object, list: () => [] }, parseLoadTest);
    return { cached, store, isStarted: () => store.get('shop', 'checkout')?.status.startTime !== undefined };
  };

  it('returns our own write until the watch has delivered it', () => {
    const { cached, store, isStarted } = setUp();
    store.wrote(version('11', 'u', true));
    assert.equal(isStarted(), true);
    cached.object = version('12');
    store.saw(cached.object);
    assert.equal(isStarted(), false);
  });

  it('drops a write that the watch has already delivered, and caches parsed objects only while they are busy', () => {
    const { cached, store, isStarted } = setUp();
    store.wrote(version('10', 'u', true));
    cached.object = version('9');
    assert.equal(isStarted(), false);
    const finished = new ResourceStore({ get: () => cached.object, list: () => [] }, parseLoadTest, {
      isBusy: () => false,
    });
    assert.notEqual(finished.get('shop', 'checkout'), finished.get('shop', 'checkout'));
    assert.equal(store.get('shop', 'checkout'), store.get('shop', 'checkout'));
  });

  it('reads a packed object unchanged', () => {
    const [plain, packed] = [version('10', 'u', true), version('10', 'u', true)];
    pack(packed);
    assert.deepEqual([packed.spec, packed.status, { ...packed }], [plain.spec, plain.status, plain]);
    const { metadata } = plain;
    const bare: Resource = { metadata };
    pack(bare);
    assert.deepEqual([bare.metadata, bare.spec, bare.status], [metadata, undefined, undefined]);
  });

  it('compares resource versions as numbers', () => {
    const { cached, store, isStarted } = setUp();
    cached.object = version('9');
    store.wrote(version('10', 'u', true));
    assert.equal(isStarted(), true);
  });

  it('drops a write when the object is gone or replaced by another of the same name', () => {
    const { cached, store, isStarted } = setUp();
    store.wrote(version('11', 'u', true));
    cached.object = version('5', 'another');
    assert.equal(isStarted(), false);
    cached.object = undefined;
    assert.equal(store.get('shop', 'checkout'), undefined);
  });
});
