import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type * as z from 'zod';
import type { LoadTest, loadTestSchema } from '../../../api/loadtest/loadtest.ts';
import type { reportDocumentSchema } from '../../../api/report/report-document.ts';
import { judge, plan, run, SourceInvalid } from '../../../lib/index.ts';
import type * as Public from '../../../lib/public.d.ts';

/** True when the types are assignable to each other. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
true satisfies Same<Public.LoadTest, z.input<typeof loadTestSchema>>;
true satisfies Same<Public.LoadTestReport, z.input<typeof reportDocumentSchema>>;
true satisfies LoadTest extends Public.LoadTest ? true : false;

const test = (load: Public.LoadTestSpec['load']): Public.LoadTest => ({
  apiVersion: 'loadtest.dev/v1alpha1',
  kind: 'LoadTest',
  metadata: { name: 'one' },
  spec: { target: { url: 'http://127.0.0.1:1' }, load },
});
const open = test({ type: 'Open', open: { startRate: 0, stages: [{ duration: '10s', rate: 50 }] } });
const closed = test({ type: 'Closed', closed: { users: 2, iterations: 10 } });

describe('plan', () => {
  const plans: [name: string, source: Public.Source, plans: Public.Plan[]][] = [
    [
      'counts the arrivals of an open load',
      open,
      [
        {
          name: 'one',
          description: 'open model, uniform arrivals: 0 to 50/s in 10s',
          seconds: 10,
          arrivals: 250,
          peakPerSecond: 50,
          thresholds: ['errors at most 1% (default)'],
        },
      ],
    ],
    [
      'has no length and no arrivals for a load of iterations',
      [closed],
      [
        {
          name: 'one',
          description: 'closed model: 2 users, think time 0s, for 10 iterations',
          seconds: undefined,
          arrivals: undefined,
          peakPerSecond: undefined,
          thresholds: ['errors at most 1% (default)'],
        },
      ],
    ],
  ];
  for (const [name, source, expected] of plans) it(name, async () => assert.deepEqual(await plan(source), expected));

  it('applies overrides', async () => {
    const [planned] = await plan(JSON.stringify(open), { set: ['load.open.stages[0].rate=100'] });
    assert.equal(planned?.arrivals, 500);
  });

  it('rejects with every problem of the source', async () => {
    const invalid = [test({ type: 'Closed', closed: { users: 0, iterations: 1 } }), { ...closed, metadata: {} }];
    await assert.rejects(plan(invalid), (error) => {
      assert.ok(error instanceof SourceInvalid);
      assert.deepEqual(error.problems, [
        'source: LoadTest one: spec.load.closed.users: must be at least 1',
        'source: LoadTest: metadata.name: name or generateName is required',
      ]);
      return true;
    });
  });
});

describe('run', () => {
  it('rejects an invalid source before it sends a request', () =>
    assert.rejects(run(test({ type: 'Closed', closed: { users: 0 } })), SourceInvalid));

  it('starts no LoadTest after an abort', async () =>
    assert.deepEqual(await run(closed, { signal: AbortSignal.abort() }), []));
});

describe('judge', () => {
  const condition = (status: 'True' | 'False' | 'Unknown') => ({
    type: 'Passed' as const,
    status,
    reason: 'Why',
    message: 'because',
    lastTransitionTime: '2026-11-29T00:00:00Z',
  });
  const verdicts: [name: string, result: Public.LoadTest, verdict: Public.Verdict][] = [
    [
      'calls True passed',
      { ...closed, status: { conditions: [condition('True')] } },
      { verdict: 'passed', reason: 'Why', message: 'because' },
    ],
    [
      'calls False failed',
      { ...closed, status: { conditions: [condition('False')] } },
      { verdict: 'failed', reason: 'Why', message: 'because' },
    ],
    [
      'calls Unknown inconclusive',
      { ...closed, status: { conditions: [condition('Unknown')] } },
      { verdict: 'inconclusive', reason: 'Why', message: 'because' },
    ],
    [
      'calls a LoadTest without a status inconclusive',
      closed,
      { verdict: 'inconclusive', reason: 'Undecided', message: 'the test is not complete' },
    ],
  ];
  for (const [name, result, verdict] of verdicts) it(name, () => assert.deepEqual(judge(result), verdict));
});
