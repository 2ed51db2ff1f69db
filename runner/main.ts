import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { shownJson } from '../api/common/shown/text.ts';
import { isoTime } from '../api/common/time.ts';
import type { Assignment } from '../api/protocol/assignment.ts';
import { workersFor } from '../model/load/worker-count.ts';
import { readConfig } from './agent/config.ts';
import { boundsOf } from './agent/metrics/buckets.ts';
import { metricsEndpoint } from './agent/metrics/endpoint.ts';
import { FinalScrape } from './agent/metrics/final-scrape.ts';
import { createOperatorClient } from './agent/operator-client.ts';
import { OperatorClock } from './agent/operator-clock.ts';
import { Session } from './agent/session.ts';
import { TERMINATION_LOG, terminationLogFile } from './agent/termination-log.ts';
import { type Prepared, prepareRun } from './preparation/prepare-run.ts';
import { runnerFailed, type Unfit } from './preparation/unfit.ts';
import { readCpuLimits } from './process/cgroup.ts';
import { threadsWithin } from './process/cgroup-files.ts';
import { growInSmallSteps } from './process/heap-growth.ts';
import { machine } from './process/machine.ts';
import { readValues } from './values/referenced-values.ts';
import { shares } from './workers/worker-pool.ts';

// The program of a runner pod: serves /metrics, sends updates to the operator, and generates the load in worker threads.

const log = (message: string) => console.error(shownJson({ time: isoTime(Date.now()), message }));

const config = readConfig(process.env);
if ('problem' in config) {
  log(`the environment is not a runner's: ${config.problem}`);
  process.exit(64);
}
const { operatorUrl, tokenFile, valuesDirectory } = config;

let bounds: readonly number[] | undefined;

/** Prepares this runner's part of the load, in as many worker threads as its CPU limit allows. */
async function prepare(assignment: Assignment): Promise<Prepared | Unfit> {
  const { spec, index, replicas } = assignment;
  bounds = boundsOf(spec);
  const { values, missing } = readValues(spec, valuesDirectory);
  if (missing.length > 0) return runnerFailed(`not found: ${missing.join(', ')}`);
  const cores = threadsWithin(readCpuLimits().cores, availableParallelism());
  const workers = workersFor(spec, { index, count: replicas }, cores);
  const prepared = await prepareRun(shares(assignment, workers), values, { print: (line) => console.log(line) });
  if ('pool' in prepared) growInSmallSteps();
  return prepared;
}

const clock = new OperatorClock();
const exchange = createOperatorClient({ operatorUrl, tokenFile, clock });
/** Adds the machine to the final update. */
const exchangeWithMachine: typeof exchange = (report, mode) =>
  exchange(report.phase === 'Finished' ? { ...report, machine: machine() } : report, mode);
const session = new Session({
  exchange: exchangeWithMachine,
  clock,
  prepare,
  persist: terminationLogFile(TERMINATION_LOG, log),
  log,
});
const scrapes = new FinalScrape();
const labels = { loadtest_namespace: config.namespace, loadtest: config.name, runner: String(config.index) };
const endpoint = metricsEndpoint({
  labels,
  newest: () => session.snapshot,
  bounds: () => bounds,
  isFinal: () => session.hasEnded,
  scraped: (scrape) => scrapes.scraped(scrape, Date.now()),
});
createServer(endpoint).listen(config.metricsPort);
const firstScrapeByMs = Date.now() + config.firstScrapeMs;

let terminated = false;
let accepted = false;
process.once('SIGTERM', async () => {
  // A scrape is not worth a delay of whoever deletes the test.
  if (accepted) process.exit(0);
  terminated = true;
  await session.end();
  process.exit(143);
});

const outcome = await session.run();
if (!terminated) {
  log(`the runner ends: ${outcome}`);
  accepted = outcome === 'accepted';
  if (accepted && session.snapshot !== undefined) await scrapes.over(Date.now, firstScrapeByMs);
  process.exit(outcome === 'abandoned' ? 1 : 0);
}
