import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { age, loadTestTable } from '../../../../cli/cluster/loadtest-table.ts';
import { plain } from '../../../../render/common/paint.ts';
import { finished } from '../../../support/results/report-fixture.ts';

const nowMs = Date.parse('2026-03-01T12:05:00Z');
const item = (name: string, status: LoadTestStatus | undefined, namespace = 'shop') => ({
  ...{ apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', spec: {} },
  metadata: { name, namespace, creationTimestamp: '2026-03-01T12:00:00Z' },
  ...(status && { status }),
});
const lines = (items: unknown[], allNamespaces = false) =>
  loadTestTable(JSON.stringify({ kind: 'List', items }), { allNamespaces, nowMs, paint: plain });
const { status } = finished();
const condition = (type: string, status: 'True' | 'False' | 'Unknown', reason: string) => ({
  ...{ type, status, reason, message: '', lastTransitionTime: '2026-03-01T12:00:00Z' },
});
const lost = { desired: 4, ready: 3, succeeded: 0, lost: 1 };

describe('loadtest list', () => {
  it('has the state, the verdict and the main figures of each test', () =>
    assert.deepEqual(
      lines([
        item('checkout', status),
        item('new', undefined),
        item('running', {
          conditions: [condition('Complete', 'False', 'Running'), condition('Passed', 'Unknown', 'Undecided')],
          runners: lost,
        }),
        item('stopped', {
          conditions: [condition('Complete', 'True', 'Stopped'), condition('Passed', 'Unknown', 'Stopped')],
        }),
      ]),
      [
        'NAME      STATE     VERDICT       RUNNERS   RATE   P99  ERRORS  AGE',
        'checkout  Finished  Failed            2/2  483/s  88ms  0.393%   5m',
        'new       -         -                   -      -     -       -   5m',
        'running   Running   -                 3/4      -     -       -   5m',
        'stopped   Stopped   Inconclusive        -      -     -       -   5m',
      ],
    ));

  it('has a column for the namespace with --all-namespaces', () =>
    assert.deepEqual(lines([item('a', undefined), item('b', undefined, 'bank')], true), [
      'NAMESPACE  NAME  STATE  VERDICT  RUNNERS  RATE  P99  ERRORS  AGE',
      'shop       a     -      -              -     -    -       -   5m',
      'bank       b     -      -              -     -    -       -   5m',
    ]));

  it('has no lines without tests', () => assert.deepEqual(lines([]), []));
});

describe('an age', () => {
  const cases: [number, string][] = [
    [-5, '0s'],
    [119, '119s'],
    [120, '2m'],
    [599, '9m59s'],
    [10_799, '179m'],
    [10_800, '3h'],
    [16_200, '4h30m'],
    [100_000, '27h'],
    [190_000, '2d4h'],
    [864_000, '10d'],
  ];
  for (const [seconds, text] of cases) it(`of ${seconds} s is ${text}`, () => assert.equal(age(seconds * 1e3), text));
});
