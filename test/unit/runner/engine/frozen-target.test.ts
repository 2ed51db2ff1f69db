import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { WHOLE } from '../../../../model/load/engine-position.ts';
import { loadPlanOf } from '../../../../model/load/load-plan.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { createEngine } from '../../../../runner/engine/engine.ts';
import { http } from '../../../../runner/protocol/http.ts';
import { prepareRequests } from '../../../../runner/request/prepare.ts';
import { freezeSnapshot } from '../../../support/freeze-snapshot.ts';
import { TRANSPORTS } from '../../../support/paired-servers.ts';
import { realLoad, realSpec } from '../../../support/real-load.ts';
import { type Script, scriptedTransport, VirtualTime } from '../../../support/virtual-time.ts';

/**
 * With a target that freezes, the schedule alone determines the waits of its users. A generator that waits for responses before it sends
 * (coordinated omission) records one slow request per connection, and the others as fast. bench/truth.ts measures other tools.
 */
const MS = 1000;
const RATE = 200;
const SECONDS = 4;
const FROZEN = { from: 1000 * MS, until: 2000 * MS };
const SERVICE = 2 * MS;

/** The time of the response to a request whose service starts at `startUs`. */
const responseAt = (startUs: number) =>
  (startUs >= FROZEN.from && startUs < FROZEN.until ? FROZEN.until : startUs) + SERVICE;

/** The response times with `connections` servers, first come, first served. */
function waits(connections: number): number[] {
  const free: number[] = Array(Math.min(connections, RATE * SECONDS)).fill(0);
  return Array.from({ length: RATE * SECONDS }, (_, n) => {
    const due = (n * 1e6) / RATE;
    const next = free.indexOf(Math.min(...free));
    free[next] = responseAt(Math.max(due, free[next]!));
    return free[next]! - due;
  });
}

/** Runs the load in virtual time with at most `connections`. */
function run(connections: number, open: object = {}) {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://target', timeout: '60s' },
    requests: [{ name: 'r' }],
    load: { type: 'Open', open: { stages: [{ duration: `${SECONDS}s`, rate: RATE }], ...open } },
  });
  const timing = new VirtualTime();
  const script: Script = () => ({ outcome: 'response', status: 200, after: responseAt(timing.now()) - timing.now() });
  const { transport } = scriptedTransport(timing, script, connections);
  const engine = createEngine({
    protocol: http,
    plan: loadPlanOf(spec, WHOLE),
    requests: prepareRequests(spec.target, spec.requests, new Map()),
    timeoutUs: 60e6,
    transport,
    timing,
    loop: timing,
  });
  engine.run(() => {});
  timing.run();
  return summarise(spec, [freezeSnapshot(engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }))]);
}

const PERCENTILES = [50, 90, 95, 99, 99.9, 100];

for (const connections of [Number.POSITIVE_INFINITY, 50, 4, 1])
  test(`over ${connections} connections to a target that freezes for 1 s, every percentile follows from the schedule`, () => {
    const { counts, responseTime } = run(connections);
    const expected = waits(connections).sort((a, b) => a - b);
    assert.deepEqual([counts.done, counts.dropped], [expected.length, 0]);
    for (const p of PERCENTILES) {
      const exact = expected[Math.ceil((p / 100) * expected.length) - 1]!;
      const measured = responseTime.valueAtPercentile(p)!;
      assert.ok(Math.abs(measured / exact - 1) < 0.005, `p${p} is ${measured} us, and users waited ${exact} us`);
    }
    const mean = expected.reduce((a, b) => a + b, 0) / expected.length;
    assert.ok(Math.abs(responseTime.mean! / mean - 1) < 0.005, `the mean is ${responseTime.mean} and not ${mean}`);
  });

test('arrivals above maxInFlight during a stall are counted as dropped', () => {
  const { counts } = run(Number.POSITIVE_INFINITY, { maxInFlight: 50 });
  const dueWhileFrozen = (RATE * (FROZEN.until + SERVICE - FROZEN.from)) / 1e6;
  assert.equal(counts.generated, RATE * SECONDS);
  assert.equal(counts.dropped, Math.floor(dueWhileFrozen) + 1 - 50);
});

/** Time for which the target freezes at its hundredth request, with four hundred per second. */
const STALL_MS = 400;

function freezing() {
  let requests = 0;
  let thaw: Promise<void> | undefined;
  return async (_: unknown, response: { end: () => void }) => {
    if (++requests === 100) {
      thaw = new Promise((done) => setTimeout(done, STALL_MS));
    }
    await thaw;
    response.end();
  };
}

for (const [name, http] of TRANSPORTS)
  test(`${name}: response times of a real target include its stall, even with few connections`, async () => {
    const make = 'version' in http ? createHttp2Server : createServer;
    const server = (make as typeof createServer)(freezing()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { counts, responseTime } = await realLoad(
      realSpec({
        target: { url: `http://127.0.0.1:${port}`, timeout: '9000ms', http: { ...http, connections: 4 } },
        load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 400 }] } },
      }),
      new Map(),
    );
    assert.deepEqual([counts.generated, counts.done], [400, 400]);
    // The forty requests due in the first 100 ms of the stall wait for at least 300 ms. A slow machine can only lengthen the wait.
    assert.ok(responseTime.valueAtPercentile(90)! >= 290 * MS, `p90 ${responseTime.valueAtPercentile(90)!}`);
    assert.ok(responseTime.valueAtPercentile(95)! >= 340 * MS, `p95 ${responseTime.valueAtPercentile(95)!}`);
    assert.ok(responseTime.max! >= 395 * MS, `max ${responseTime.max}`);
  });
