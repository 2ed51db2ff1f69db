import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import type { Assignment } from '../api/protocol/protocol.ts';
import { workersFor } from '../model/load/load-plan.ts';
import { readConfig } from './agent/config.ts';
import { FinalScrape } from './agent/final-scrape.ts';
import { metricsEndpoint } from './agent/metrics-endpoint.ts';
import { createOperatorClient } from './agent/operator-client.ts';
import { OperatorClock } from './agent/operator-clock.ts';
import { preflight } from './agent/preflight.ts';
import { type Prepared, Session, type Unfit } from './agent/session.ts';
import { TERMINATION_LOG, terminationLogFile } from './agent/termination-log.ts';
import { readCpuLimits } from './process/cgroup.ts';
import { threadsWithin } from './process/cgroup-files.ts';
import { growInSmallSteps } from './process/heap-growth.ts';
import { machine } from './process/machine.ts';
import { readTable } from './request/variables.ts';
import type { ScriptHost, ScriptUnfit } from './script/host.ts';
import type { Values } from './values/referenced-values.ts';
import { readValues } from './values/referenced-values.ts';
import { ScriptInvalid } from './workers/worker-handle.ts';
import { shares, startWorkers } from './workers/worker-pool.ts';

/** The entry of a runner pod: /metrics on one side, the exchange with the operator on the other, the load in a worker thread. */
const log = (message: string) => console.error(JSON.stringify({ time: new Date().toISOString(), message }));

const config = readConfig(process.env);
if ('problem' in config) {
  log(`the environment is not a runner's: ${config.problem}`);
  process.exit(64);
}
const { operatorUrl, tokenFile, valuesDirectory } = config;

async function prepare(assignment: Assignment): Promise<Prepared | Unfit> {
  const { values, missing } = readValues(assignment.spec, valuesDirectory);
  if (missing.length > 0) return { problem: `not found: ${missing.join(', ')}` };
  const unfit = await preflight(assignment, values);
  if (unfit !== undefined) return unfit;
  const table = readTable(assignment.spec, values);
  if ('problem' in table) return table;
  const { spec, index, replicas } = assignment;
  const cores = threadsWithin(readCpuLimits().cores, availableParallelism());
  const workers = workersFor(spec, { index, count: replicas }, cores);
  const script = await scriptOf(assignment, values);
  if ('problem' in script) return script;
  try {
    const pool = await startWorkers(shares(assignment, workers), values, { print: (line) => console.log(line) });
    growInSmallSteps();
    return { ...pool, ...(script.host && { script: script.host }) };
  } catch (error) {
    await script.host?.tearDown();
    if (error instanceof ScriptInvalid) return { reason: 'ScriptInvalid', problem: error.message };
    throw error;
  }
}

/** The script of a test, set up where this is its first runner; without one, nothing of what scripts need is loaded. */
async function scriptOf(assignment: Assignment, values: Values): Promise<{ host?: ScriptHost } | ScriptUnfit> {
  if (assignment.spec.script === undefined) return {};
  const { beginScript } = await import('./script/host.ts');
  return beginScript(assignment, values);
}

const clock = new OperatorClock();
const exchange = createOperatorClient({ operatorUrl, tokenFile, clock });
/** The final report tells what the numbers in it were measured on. */
const telling: typeof exchange = (report, mode) =>
  exchange(report.phase === 'Finished' ? { ...report, machine: machine() } : report, mode);
const session = new Session({ exchange: telling, clock, prepare, keep: terminationLogFile(TERMINATION_LOG, log), log });
const scrapes = new FinalScrape();
const labels = { loadtest_namespace: config.namespace, loadtest: config.name, runner: String(config.index) };
const scraped = () => scrapes.scraped(Date.now());
createServer(metricsEndpoint({ labels, newest: () => session.snapshot, scraped })).listen(config.metricsPort);

let terminated = false;
process.once('SIGTERM', async () => {
  terminated = true;
  await session.end();
  process.exit(143);
});

const outcome = await session.run();
if (!terminated) {
  log(`the runner ends: ${outcome}`);
  if (outcome === 'accepted') await scrapes.next();
  process.exit(outcome === 'abandoned' ? 1 : 0);
}
