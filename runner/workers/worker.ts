import { parentPort, workerData } from 'node:worker_threads';
import { microseconds, msToUs } from '../../api/common/duration.ts';
import type { TrialPlan } from '../../api/protocol/trial.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import { loadPlanOf, ONE_REQUEST } from '../../model/load/load-plan.ts';
import type { Table } from '../../model/request/data.ts';
import { isSequential } from '../../model/request/request-order.ts';
import { seedOf } from '../../model/request/seed.ts';
import { transportOf } from '../../model/request/transport.ts';
import { type Clock, processClock } from '../engine/clock.ts';
import { loadDriverOf } from '../engine/drivers/load-drivers.ts';
import { sharedCounter } from '../engine/drivers/shared-counter.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { RequestLog } from '../engine/request-log.ts';
import { traceContextOf } from '../engine/tracing/trace-context.ts';
import { warmUp, warmUpFor } from '../engine/warm-up/warm-up.ts';
import { eventLoopFigures } from '../process/event-loop.ts';
import { protocolOf } from '../protocol/select.ts';
import { readTable, scopesOf } from '../request/variables.ts';
import { redactor } from '../response/redact.ts';
import type { WorkerScript } from '../script/worker-script.ts';
import { crypto } from '../transport/connect/lazy-openssl.ts';
import { healthSince } from './generator-health.ts';
import { withHeartbeat } from './inspection-heartbeat.ts';
import { nextProgressUs, stageOf } from './thread-progress.ts';
import type { FromWorker, ToWorker, WorkerData } from './thread-protocol.ts';

const port = parentPort!;
const { assignment, part, values, answer, iterations, once = false, heartbeat, heapMiB } = workerData as WorkerData;
const { spec, index, replicas, addresses } = assignment;
const position = { runner: { index, count: replicas }, worker: part };
const bytes = new Map([...values].map(([path, value]) => [path, Buffer.from(value)]));
const table = tableOf();
const sequential = isSequential(spec);
const requestSpecs = once ? spec.requests.slice(0, 1) : spec.requests;
const protocol = await protocolOf(spec.target);
const transport = await protocol.open(spec.target, bytes, position, addresses);
const options = { columns: table.columns, sequential, answer };
const requests = withHeartbeat(protocol.prepare(spec.target, requestSpecs, bytes, options), heartbeat);
const redact = redactor(spec, bytes, table);
const requestLog = new RequestLog();
const plan = once ? ONE_REQUEST : loadPlanOf(spec, position);
const pacingTimer = loadDriverOf(plan).pacingTimer(plan);
const script = spec.script === undefined ? undefined : await scriptOf();
/** The load; undefined before the message that starts it. */
let load: { engine: Engine; timing: Clock } | undefined;

function tableOf(): Table {
  const read = readTable(spec, bytes);
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

/** The script of the spec; without one, no module for scripts is loaded. */
async function scriptOf(): Promise<WorkerScript> {
  const { loadWorkerScript } = await import('../script/worker-script.ts');
  const onEnd = (problem: string) => {
    port.postMessage({ type: 'invalid', problem: redact(problem) } satisfies FromWorker);
  };
  return loadWorkerScript({ assignment, worker: part.index, values: bytes, table, requests, redact, heapMiB, onEnd });
}

/** Begins the load at `atMs`, epoch milliseconds; the engine waits for it on its own clock. `setup`: the result of the script's setup, as JSON. */
function start(atMs: number, setup: string): void {
  const timing = processClock(performance.now() + (atMs - Date.now()));
  const health = healthSince(timing.now, script?.cpuMs);
  const { test } = assignment;
  const scopes = scopesOf({ spec, test, runner: index, series: plan.series, table, clock: Date.now });
  const { countIteration, upcoming } = loadDriverOf(plan).ahead(plan, sharedCounter(iterations));
  const scripted = script?.requests(scopes, JSON.parse(setup), { upcoming, nowUs: timing.now });
  pacingTimer?.begin(timing);
  const engine = createEngine({
    plan,
    pacingTimer,
    protocol,
    requests: scripted?.requests ?? requests,
    seed: seedOf(spec, test.uid),
    countIteration,
    chooser: scripted?.chooser,
    upcoming: scripted?.chooser && upcoming,
    timeoutUs: microseconds(spec.target.timeout),
    transport: script === undefined ? transport : script.transport(transport),
    timing,
    loop: eventLoopFigures(),
    sequential,
    redact,
    scopes,
    // Its arrivals begin without a message, which would delay them.
    onTrial: () => post('trial'),
    traceContext: traceContextOf(spec.target, (bytes) => crypto().randomFillSync(bytes)),
    ...(spec.runners.logSamples ? { logRequest: requestLog.logger(requests.map((r) => r.name)) } : {}),
  });
  load = { engine, timing };
  const post = (type: 'progress' | 'trial' | 'finished') => {
    const trial = engine.trials?.newest;
    port.postMessage({
      type,
      snapshot: engine.snapshot(health()),
      samples: requestLog.take(),
      ...(trial && { trial: stageOf(trial, timing.now()) }),
    } satisfies FromWorker);
  };
  const tick = () => {
    post('progress');
    cancelTick = timing.at(nextProgressUs(timing.now()), tick);
  };
  let cancelTick = timing.at(nextProgressUs(timing.now()), tick);
  engine.run(() => {
    cancelTick();
    post('finished');
    script?.close();
    port.close();
  });
}

/** Begins a trial, whose start is in epoch milliseconds, on the clock of the load. */
function beginTrial({ startAtMs, ...plateau }: TrialPlan): void {
  const { engine, timing } = load!;
  engine.trials?.begin({ ...plateau, startUs: timing.now() + msToUs(startAtMs - Date.now()) });
}

function stop(): void {
  if (load !== undefined) load.engine.stop();
  else {
    pacingTimer?.stop();
    script?.close();
    port.close();
  }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'start') start(message.atMs, message.setup);
  else if (message.type === 'trial') beginTrial(message.trial);
  else if (message.type === 'end trial') load!.engine.trials?.end(message.number);
  else stop();
});
const transportName = transportOf(spec.target);
const warmUpLoads = once ? [] : warmUpFor(loadModelOf(spec.load), replicas * part.count, transportName);
await warmUp(warmUpLoads, transportName);
await pacingTimer?.ready;
port.postMessage({ type: 'ready' } satisfies FromWorker);
