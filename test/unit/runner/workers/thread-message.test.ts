import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, it } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { noCounts } from '../../../../model/measure/counters.ts';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { readThreadMessage } from '../../../../runner/workers/thread-message.ts';
import { shares, startWorkers } from '../../../../runner/workers/worker-pool.ts';
import { ASSIGNMENT } from '../../../support/specs/assignment.ts';

const counts = (fill = 0, length = Histogram.LENGTH) => new Float64Array(length).fill(fill);
const times = () => ({ responseTime: counts(), firstByte: counts(), serviceTime: counts() });
/** What a thread sends before its first request. */
const snapshot = () => ({
  elapsedMs: 1000,
  requests: [{ name: 'default', counts: noCounts(), ...times(), withoutGenerator: times() }],
  responses: [],
  errors: [],
  pacingLag: counts(),
  cpuMs: 10,
  eventLoopUtilization: 0.1,
});
const progress = (change: object = {}) => ({
  type: 'progress',
  snapshot: { ...snapshot(), ...change },
  samples: ['a line'],
});
const request = (change: object) => ({ requests: [{ ...snapshot().requests[0]!, ...change }] });

const rows: [sentence: string, message: unknown, problem: RegExp | undefined][] = [
  ['a thread is ready', { type: 'ready' }, undefined],
  ['its script is not valid', { type: 'invalid', problem: 'x' }, undefined],
  ['it has measured', progress(), undefined],
  ['it has finished', { ...progress(), type: 'finished' }, undefined],
  [
    'it is in a trial',
    { ...progress(), trial: { number: 1, state: 'Running', lateMs: 0, ranMs: 5, startMs: 9 } },
    undefined,
  ],
  ['nothing', undefined, /^message: /],
  ['a text', 'finished', /^message: /],
  ['an unknown type', { type: 'stop' }, /^type: /],
  ['no snapshot', { type: 'progress', samples: [] }, /^snapshot: /],
  ['a snapshot of nothing', { type: 'progress', snapshot: {}, samples: [] }, /^snapshot\.elapsedMs: /],
  ['lines that are none', { ...progress(), samples: [1] }, /^samples: /],
  ['times that are no array', progress(request({ responseTime: [1] })), /^snapshot\.requests\.0\.responseTime: /],
  ['a pacing lag of another length', progress({ pacingLag: counts(0, 5) }), /^snapshot\.pacingLag: must be counts/],
  ...[Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 1e300].map((count): [string, unknown, RegExp] => [
    `a histogram of ${count}`,
    progress(request({ serviceTime: counts(count) })),
    /^snapshot\.requests\.0\.serviceTime: must be counts of samples$/,
  ]),
  ['requests of another name', progress(request({ name: 'other' })), /^snapshot\.requests: must be default$/],
  ['no requests', progress({ requests: [] }), /^snapshot\.requests: must be default$/],
  ['two requests', progress({ requests: [...snapshot().requests, ...snapshot().requests] }), /must be default$/],
  [
    'counts that do not add up',
    progress(request({ counts: { ...noCounts(), done: 1 } })),
    /^snapshot\.requests\.0\.counts: made 0 is not done 1/,
  ],
  ['endless time', progress({ elapsedMs: 1e308 }), /^snapshot\.elapsedMs: 1e\+308 is longer/],
  [
    'a trial of no state',
    { ...progress(), trial: { number: 1, state: 'x', lateMs: 0, ranMs: 5, startMs: 9 } },
    /^trial\.state: /,
  ],
];

describe('a message of a worker thread', () => {
  for (const [sentence, message, problem] of rows)
    it(`is ${problem === undefined ? 'taken' : 'refused'}: ${sentence}`, () => {
      const read = readThreadMessage(message, ['default']);
      if (problem === undefined) assert.equal('type' in read && read.type, (message as { type: string }).type);
      else assert.match('problem' in read && !('type' in read) ? read.problem : '', problem);
    });

  it('ends its thread alone when it is forged, with the reason', async () => {
    const threads: Worker[] = [];
    const created = (event: unknown) => void threads.push((event as { worker: Worker }).worker);
    subscribe('worker_threads', created);
    const pool = await startWorkers(shares(ASSIGNMENT, 1), new Map());
    unsubscribe('worker_threads', created);
    const forged = { type: 'progress', snapshot: { requests: null }, samples: 7 };
    for (const thread of threads) thread.emit('message', forged);
    await assert.rejects(pool.done, /^Error: a worker thread sent what no engine sends: snapshot\.elapsedMs: /);
    await pool.close();
  });
});
