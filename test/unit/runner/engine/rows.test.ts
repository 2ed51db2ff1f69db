import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { loadPlanOf } from '../../../../model/load/load-plan.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { newCounterMemory, sharedCounter } from '../../../../runner/engine/drivers/shared-counter.ts';
import { createEngine } from '../../../../runner/engine/engine.ts';
import { http } from '../../../../runner/protocol/http.ts';
import { prepareRequests } from '../../../../runner/request/prepare.ts';
import { scopesOf } from '../../../../runner/request/variables.ts';
import { freezeSnapshot } from '../../../support/freeze-snapshot.ts';
import { scriptedTransport, VirtualTime } from '../../../support/virtual-time.ts';

const MS = 1000;
const TEST = { name: 't', uid: 'u' };

function specOf(load: object, fields: object = {}): LoadTestSpec {
  return loadTestSpecSchema.parse({
    target: { url: 'http://target' },
    data: { from: { configMapKeyRef: { name: 'rows', key: 'rows' } }, format: 'CSV' },
    requests: [{ name: 'one', path: '/${data.row}/${index}' }],
    load,
    ...fields,
  });
}

const users = (count: number, rest: object) => ({ type: 'Closed', closed: { users: count, ...rest } });

type Sent = { runner: number; name: string; row: number; index: number };

/** Runs a load on runners of `responseMs.length`, each of which has an engine for each of its response times. Returns the requests in order. */
function sentBy(spec: LoadTestSpec, rows: number, responseMs: readonly (readonly number[])[]): Sent[] {
  const timing = new VirtualTime();
  const table = { columns: ['row'], rows: Array.from({ length: rows }, (_, row) => [String(row)]) };
  const sequential = spec.requestOrder === 'Sequential';
  const sent: Sent[] = [];
  for (const [index, engines] of responseMs.entries()) {
    const iterations = newCounterMemory();
    for (const [thread, ms] of engines.entries()) {
      const runner = { index, count: responseMs.length };
      const plan = loadPlanOf(spec, { runner, worker: { index: thread, count: engines.length } });
      const { transport } = scriptedTransport(timing, (request) => {
        const [, row, number] = request.path.split('/').map(Number);
        sent.push({ runner: index, name: request.name, row: row!, index: number! });
        return { outcome: 'response', status: 200, after: ms * MS };
      });
      const engine = createEngine({
        protocol: http,
        plan,
        requests: prepareRequests(spec.target, spec.requests, new Map(), { columns: table.columns, sequential }),
        timeoutUs: 1e9,
        transport,
        timing,
        loop: timing,
        sequential,
        countIteration: sharedCounter(iterations),
        scopes: scopesOf({ spec, test: TEST, runner: index, series: plan.series, table, clock: () => 0 }),
      });
      engine.run(() => {});
    }
  }
  timing.run();
  return sent;
}

/** How often each row was used, by row. */
function uses(sent: readonly Sent[], rows: number): number[] {
  const counts = Array.from({ length: rows }, () => 0);
  for (const { row } of sent) counts[row]!++;
  return counts;
}

/** Asserts that no row of the list is used again before all of its rows have been used. */
function assertInTurn(used: readonly number[], rows: readonly number[]): void {
  for (let round = 0; round * rows.length < used.length; round++) {
    const part = used.slice(round * rows.length, (round + 1) * rows.length);
    assert.equal(new Set(part).size, part.length, `round ${round} repeats a row`);
    assert.ok(
      part.every((row) => rows.includes(row)),
      `round ${round} uses a row of another runner`,
    );
  }
}

const allOf = (rows: number) => Array.from({ length: rows }, (_, row) => row);

describe('the rows of a closed load', () => {
  it('come once before any comes again when the threads of a runner have unequal pace', () => {
    const sent = sentBy(specOf(users(8, { duration: '1s' })), 500, [[3, 17]]);
    assert.ok(sent.length > 1000, 'more than two rounds');
    assertInTurn(
      sent.map((s) => s.row),
      allOf(500),
    );
  });

  it('belong to one runner each, which uses all of its own before it repeats one', () => {
    const sent = sentBy(specOf(users(9, { duration: '1s' })), 50, [[2, 9], [30], [5, 5]]);
    for (const runner of [0, 1, 2])
      assertInTurn(
        sent.filter((s) => s.runner === runner).map((s) => s.row),
        allOf(50).filter((row) => row % 3 === runner),
      );
  });

  const iterations: [sentence: string, iterations: number, rows: number, most: number][] = [
    ['come once each with as many iterations as rows', 500, 500, 1],
    ['come at most once with fewer iterations than rows', 301, 500, 1],
    ['come twice each with twice as many iterations', 600, 300, 2],
  ];
  for (const [sentence, count, rows, most] of iterations)
    it(`${sentence}, over runners and threads of unequal pace`, () => {
      const sent = sentBy(specOf(users(12, { iterations: count })), rows, [[1, 20, 3], [50], [7, 2]]);
      assert.equal(sent.length, count);
      assert.equal(Math.max(...uses(sent, rows)), most);
      assert.deepEqual(
        sent.map((s) => s.index).sort((a, b) => a - b),
        allOf(count),
        'the arrivals are numbered from 0 without gaps',
      );
    });

  it('are shared by runners when there are fewer rows than runners', () => {
    const sent = sentBy(specOf(users(3, { iterations: 30 })), 2, [[1], [1], [1]]);
    assert.deepEqual(uses(sent, 2), [20, 10]);
  });

  it('are used by iterations: all requests of one have the same row', () => {
    const requests = ['one', 'two'].map((name) => ({ name, path: '/${data.row}/${index}' }));
    const spec = specOf(users(4, { duration: '1s' }), { requestOrder: 'Sequential', requests });
    const sent = sentBy(spec, 40, [[3, 11]]);
    const [ones, twos] = ['one', 'two'].map((name) => sent.filter((s) => s.name === name));
    assertInTurn(
      ones!.map((s) => s.row),
      allOf(40),
    );
    const rowOf = new Map(ones!.map((s) => [s.index, s.row]));
    assert.ok(twos!.length > 40 && twos!.every((s) => rowOf.get(s.index) === s.row));
  });
});

describe('the rows of an open load', () => {
  it('come in the order of the arrivals, whichever runner sends them', () => {
    const open = { type: 'Open', open: { stages: [{ duration: '1s', rate: 200 }] } };
    const sent = sentBy(specOf(open), 30, [[40, 3], [1], [100]]);
    assert.deepEqual(
      sent.map((s) => s.row),
      allOf(200).map((arrival) => arrival % 30),
    );
  });
});

describe('the weighted requests of a closed load', () => {
  it('have exactly their shares in each block of a runner, whatever the pace of its threads', () => {
    const requests = [3, 1].map((weight, i) => ({ name: `r${i}`, weight, path: '/${data.row}/${index}' }));
    const sent = sentBy(specOf(users(6, { duration: '1s' }), { requests }), 1, [[2, 13], [29]]);
    for (const runner of [0, 1]) {
      const own = sent.filter((s) => s.runner === runner);
      assert.ok(own.length > 60);
      for (let at = 0; at + 4 <= own.length; at += 4)
        assert.equal(own.slice(at, at + 4).filter((s) => s.name === 'r0').length, 3, `requests ${at} to ${at + 3}`);
    }
  });
});

test('the status of a response is held to the row of its request', () => {
  const timing = new VirtualTime();
  const spec = specOf(users(3, { iterations: 12 }), {
    requests: [{ name: 'one', method: '${data.method}', path: '/${index}', expect: { status: ['${data.status}'] } }],
  });
  const table = {
    columns: ['method', 'status'],
    rows: [
      ['GET', '200'],
      ['PUT', '404'],
      ['HEAD', '5xx'],
    ],
  };
  const sent: string[] = [];
  const { transport } = scriptedTransport(timing, ({ method }) => {
    sent.push(method);
    return { outcome: 'response', status: method === 'PUT' ? 404 : 200, after: MS };
  });
  const plan = loadPlanOf(spec, { runner: { index: 0, count: 1 }, worker: { index: 0, count: 1 } });
  const engine = createEngine({
    protocol: http,
    plan,
    requests: prepareRequests(spec.target, spec.requests, new Map(), { columns: table.columns }),
    timeoutUs: 1e9,
    transport,
    timing,
    loop: timing,
    countIteration: sharedCounter(newCounterMemory()),
    scopes: scopesOf({ spec, test: TEST, runner: 0, series: plan.series, table, clock: () => 0 }),
  });
  engine.run(() => {});
  timing.run();
  const snapshot = freezeSnapshot(engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }));
  const { counts, unexpected } = summarise(spec, [snapshot]);
  assert.deepEqual(
    uses(
      sent.map((method) => ({ row: ['GET', 'PUT', 'HEAD'].indexOf(method) }) as Sent),
      3,
    ),
    [4, 4, 4],
  );
  assert.partialDeepStrictEqual(counts, { done: 12, unexpected: 4 });
  assert.deepEqual(
    unexpected?.map(({ reason }) => reason),
    ['the status is not 5xx'],
  );
});
