import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { instructionSchema } from '../../../../api/protocol/instruction.ts';
import { lostRunnerRecordSchema } from '../../../../api/protocol/lost-runner-record.ts';
import { predecessorsSchema } from '../../../../api/protocol/predecessors.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { encodeRunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { decodeTerminationMessage } from '../../../../model/wire/termination-message.ts';
import { parseUpdate } from '../../../../operator/runner-endpoint/parse-update.ts';
import { SNAPSHOT } from '../../../support/updates/mutated-updates.ts';

/**
 * What a runner of commit afb2fed4 sent in a load of 2 s: 20 requests a second to `a`, which returned 200, and to `b`, which returned 404, in turns.
 * Later runners also measure the time until the first byte.
 */
const RECORDED: object[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../support/updates/of-the-version-before.json'), 'utf8'),
);
const body = (update: object) => Buffer.from(JSON.stringify(update));
const taken = (update: object) => {
  const parsed = parseUpdate(body(update));
  assert.ok('update' in parsed, JSON.stringify(parsed));
  return parsed.update;
};

/** The value with a field in each object that only the next version knows. */
function fromTheFuture<T>(value: T, except: readonly string[] = []): T {
  if (Array.isArray(value)) return value.map((item) => fromTheFuture(item, except)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([k, v]) => [k, except.includes(k) ? v : fromTheFuture(v, except)]);
  return { ...Object.fromEntries(fields), fromTheFuture: { any: ['thing'] } };
}

describe('an operator', () => {
  it('takes every update of a runner of the version before, which measures less', () => {
    const updates = RECORDED.map(taken);
    assert.deepEqual(
      updates.map(({ phase }) => phase),
      ['Starting', 'Ready', 'Running', 'Running', 'Finished', 'Finished'],
    );
    const requests = updates.at(-1)!.snapshot!.requests;
    assert.deepEqual(
      requests.map(({ name, counts: { done, unexpected } }) => [name, done, unexpected]),
      [
        ['a', 20, 0],
        ['b', 20, 20],
      ],
    );
    assert.deepEqual(
      requests.map(({ responseTime, firstByte }) => [responseTime.unpack().count, firstByte.unpack().count]),
      [
        [20, 0],
        [20, 0],
      ],
    );
  });

  it('leaves out what only a runner of the next version knows', () => {
    const update = encodeRunnerUpdate({ phase: 'Running', startedAtMs: 1_700_000_000_000, snapshot: SNAPSHOT });
    for (const known of [...RECORDED, update]) assert.deepEqual(taken(fromTheFuture(known)), taken(known));
  });

  it('takes a failure whose reason it does not know', () => {
    const failed = { phase: 'Failed', message: 'no room' };
    assert.deepEqual(taken({ ...failed, reason: 'OfTheFuture' }), { ...failed, reason: undefined });
  });

  it('refuses counters that do not add up without one that only the next version knows', () => {
    const update = encodeRunnerUpdate({ phase: 'Running', snapshot: SNAPSHOT });
    const [request, ...others] = update.snapshot!.requests;
    const counts = { ...request!.counts, done: request!.counts.done - 1, rejected: 1 };
    const snapshot = { ...update.snapshot!, requests: [{ ...request!, counts }, ...others] };
    assert.match(JSON.stringify(parseUpdate(body({ ...update, snapshot }))), /snapshot\.requests\.0\.counts: made 5/);
  });

  it('reads what the next version has noted on a Job', () => {
    const record = { message: 'OOMKilled', podUid: 'u1' };
    assert.deepEqual(lostRunnerRecordSchema.parse(fromTheFuture(record)), record);
    const predecessors = { count: 1, message: 'its pod ended' };
    assert.deepEqual(predecessorsSchema.parse(fromTheFuture(predecessors)), predecessors);
  });
});

describe('a runner', () => {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://target' },
    load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
  });
  const instruction = {
    ...{ instruction: 'Prepare', nowMs: 1, nextReportMs: 1 },
    assignment: {
      test: { namespace: 'n', name: 't', uid: 'u' },
      spec,
      index: 0,
      replicas: 1,
      addresses: { denied: [] },
    },
    trial: { number: 1, rate: 10, startAtMs: 1, durationMs: 1000 },
  };

  it('leaves out what only the next version of the operator knows', () => {
    assert.deepEqual(instructionSchema.parse(fromTheFuture(instruction, ['spec'])), instruction);
  });
  it('refuses a spec with a field that it does not know, because it would carry out another test', () => {
    const { error } = instructionSchema.safeParse(fromTheFuture(instruction));
    assert.match(error?.message ?? '', /fromTheFuture/);
  });
});

describe('a termination message', () => {
  const message = (counters: Record<string, number>, counts: readonly number[] = Object.values(counters)) =>
    deflateRawSync(
      JSON.stringify({
        ...{ version: 4, phase: 'Running', elapsedMs: 1000, counters: Object.keys(counters) },
        ...{ responses: [], errors: [], pacingLag: [], cpuMs: 1, eventLoopUtilization: 0 },
        requests: [
          {
            ...{ counts, responseTime: [], firstByte: [], serviceTime: [] },
            withoutGenerator: { responseTime: [], firstByte: [], serviceTime: [] },
          },
        ],
      }),
    ).toString('base64');
  const countsIn = (text: string) => decodeTerminationMessage(text, ['default'])?.snapshot?.requests[0]?.counts;
  const little = { done: 2, inFlight: 1, made: 3, generated: 3 };

  for (const [name, text, expected] of [
    ['that lacks counters, in any order', message(little), { ...noCounts(), ...little }],
    ['with a counter of another version', message({ doneTwice: 1, ...little }), { ...noCounts(), ...little }],
    ['that does not add up without one of another version', message({ ...little, done: 1, rejected: 1 }), undefined],
    ['with more numbers than names', message(little, [2, 1, 3, 3, 0]), undefined],
    ['with fewer', message(little, [2, 1, 3]), undefined],
  ] as const)
    it(`${name} is ${expected === undefined ? 'unreadable' : 'read'}`, () =>
      assert.deepEqual(countsIn(text), expected));
});
