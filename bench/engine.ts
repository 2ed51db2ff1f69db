/**
 * The bare engine in this process, without CLI, worker thread and merge. `node bench/engine.ts FILE [PROFILE]` runs the JSON spec in FILE
 * and prints its cost as JSON. With PROFILE, it writes V8's CPU profile of the load to that file.
 */
import { randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { microseconds } from '../api/common/duration.ts';
import type { LoadTestSpec } from '../api/loadtest/loadtest.ts';
import { WHOLE } from '../model/load/engine-position.ts';
import { loadModelOf } from '../model/load/load-models.ts';
import { loadPlanOf } from '../model/load/load-plan.ts';
import { summarise } from '../model/measure/summary.ts';
import { transportOf } from '../model/request/transport.ts';
import { processClock } from '../runner/engine/clock.ts';
import { loadDriverOf } from '../runner/engine/drivers/load-drivers.ts';
import { createEngine } from '../runner/engine/engine.ts';
import { traceContextOf } from '../runner/engine/tracing/trace-context.ts';
import { warmUp, warmUpFor } from '../runner/engine/warm-up/warm-up.ts';
import { eventLoopFigures } from '../runner/process/event-loop.ts';
import { askTarget } from '../runner/protocol/ask.ts';
import { protocolOf } from '../runner/protocol/select.ts';
import { freezeSnapshot } from '../test/support/freeze-snapshot.ts';
import { specOf } from './spec.ts';
import type { ToolReport } from './tools/tool.ts';

/** The measurement excludes the start. */
const START_MS = 100;

/** Runs the spec on this thread. Returns the CPU time of the process during the load, pacing lag and response times. */
async function runEngine(spec: LoadTestSpec): Promise<ToolReport> {
  const protocol = await protocolOf(spec.target);
  const transport = await protocol.open(spec.target, new Map());
  const answer = await askTarget({ spec }, new Map());
  const requests = protocol.prepare(spec.target, spec.requests, new Map(), { answer });
  const plan = loadPlanOf(spec, WHOLE);
  const pacingTimer = loadDriverOf(plan).pacingTimer(plan);
  const transportName = transportOf(spec.target);
  await warmUp(warmUpFor(loadModelOf(spec.load), 1, transportName), transportName);
  await pacingTimer?.ready;
  const timing = processClock(performance.now() + START_MS);
  pacingTimer?.begin(timing);
  const engine = createEngine({
    protocol,
    plan,
    pacingTimer,
    requests,
    timeoutUs: microseconds(spec.target.timeout),
    transport,
    timing,
    loop: eventLoopFigures(),
    traceContext: traceContextOf(spec.target, (bytes) => randomFillSync(bytes)),
  });
  let cpu = process.cpuUsage();
  timing.at(0, () => {
    cpu = process.cpuUsage();
  });
  return new Promise((done) => {
    engine.run(() => {
      const { user, system } = process.cpuUsage(cpu);
      const snapshot = freezeSnapshot(engine.snapshot({ cpuMs: (user + system) / 1e3, eventLoopUtilization: 0 }));
      const lag = snapshot.pacingLag.unpack();
      const { responseTime } = summarise(spec, [snapshot]);
      const milliseconds = (value: number | undefined) => (value === undefined ? undefined : value / 1e3);
      done({
        loadCpuMs: snapshot.cpuMs,
        lagP50: milliseconds(lag.valueAtPercentile(50)),
        lagP99: milliseconds(lag.valueAtPercentile(99)),
        p95: milliseconds(responseTime.valueAtPercentile(95)),
        p99: milliseconds(responseTime.valueAtPercentile(99)),
        max: milliseconds(responseTime.max),
      });
    });
  });
}

/** Sampling interval of the profiler, in microseconds. */
const PROFILE_INTERVAL = 200;

/** Runs `body` under V8's profiler and writes the profile to `file`. */
async function profiled<T>(file: string, body: () => Promise<T>): Promise<T> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: PROFILE_INTERVAL });
  await session.post('Profiler.start');
  const result = await body();
  const { profile } = await session.post('Profiler.stop');
  writeFileSync(file, JSON.stringify(profile));
  session.disconnect();
  return result;
}

const [specFile = '', profileFile] = process.argv.slice(2);
const spec = specOf(JSON.parse(readFileSync(specFile, 'utf8')));
const run = () => runEngine(spec);
console.log(JSON.stringify(await (profileFile === undefined ? run() : profiled(profileFile, run))));
