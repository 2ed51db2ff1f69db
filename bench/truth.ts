import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { milliseconds } from '../api/common/duration.ts';
import type { LoadTest } from '../api/loadtest/loadtest.ts';
import { withTempDir } from '../test/cluster/system/tempdir.ts';
import { until } from '../test/cluster/system/wait.ts';
import { expectationOf, loggedWaits, percentile } from './expectation.ts';
import { startGrpcTarget } from './grpc/target.ts';
import type { Log } from './install.ts';
import { type Measured, measured } from './measured.ts';
import type { Options } from './options.ts';
import { SCENARIOS } from './scenario.ts';
import { specOf, writeLoadTest } from './spec.ts';
import { machine, store } from './store.ts';
import { startTarget, type Target } from './target.ts';
import { installTools, type Ready } from './tools/ready.ts';
import { invocationOf } from './tools/tool.ts';
import { CASES, type Case, numbered } from './truth-cases.ts';
import { truthReport } from './truth-report.ts';
import type { Figure, TruthRun } from './truth-run.ts';

const RATE = 1_000;
const SECONDS = 10;
const FREEZE_MS = 1_000;
const FREEZE_AT_MS = 5_000;
const TIMEOUT_MS = 60_000;
const OPEN_1K = SCENARIOS.find(({ name }) => name === 'open-1k')!;

/** Peers with an open loop that report percentiles. */
const PEERS = ['k6', 'vegeta', 'oha', 'hey', 'bombardier', 'autocannon'];

/** Whether a tool reports the users' waits when the target stalls for a second during the load. */
export async function benchTruth(options: Options, log: Log): Promise<void> {
  const { ready, skipped } = await installTools(
    options.only.filter((name) => PEERS.includes(name)),
    log,
  );
  const runs: TruthRun[] = [];
  await withTempDir(async (dir) => {
    const target = await startTarget(dir, [0], log, 'access.log');
    const grpc = await startGrpcTarget(0, log, { isLogged: true });
    const place = { dir, target };
    try {
      for (let round = 1; round <= options.rounds; round++) {
        const ours = options.only.includes('loadtest') ? CASES : [];
        for (const one of ours) {
          const own = one.protocol === 'grpc' ? { dir, target: grpc } : place;
          runs.push({ round, ...(await runOurs(one, own)) });
        }
        for (const peer of ready) runs.push({ round, ...(await runPeer(peer, place)) });
        log(`round ${round} of ${options.rounds} done`);
      }
    } finally {
      await target.close();
      await grpc.close();
    }
  });
  const result = { machine: machine(), rate: RATE, seconds: SECONDS, freezeMs: FREEZE_MS, runs, skipped };
  store(options.out, 'truth', result, truthReport(result), log);
}

type Place = { dir: string; target: Target };

async function runOurs(one: Case, place: Place): Promise<Omit<TruthRun, 'round'>> {
  const { name, workers, arrivals, maxInFlight, protocol } = one;
  const open = { stages: [{ duration: `${SECONDS}s`, rate: RATE }], arrivals, maxInFlight };
  const spec = {
    ...numbered(place.target, protocol),
    load: { type: 'Open', open },
    runners: { replicas: workers },
  };
  const file = writeLoadTest(place.dir, spec);
  const command = [process.execPath, join(import.meta.dirname, 'local.ts'), file, String(workers)];
  const { run, freeze, received } = await whileFrozen(place, () =>
    measured(command, { cores: [1], timeoutMs: TIMEOUT_MS }),
  );
  if (run.code !== 0) throw new Error(`${name}: exit code ${run.code}: ${run.stderr}`);
  const { status } = JSON.parse(run.stdout) as LoadTest;
  const beganMs = Date.parse(status!.loadStartTime!);
  const from = freeze.atMs - beganMs;
  const load = specOf(spec).load.open!;
  const expected = expectationOf(load, { from, to: from + freeze.forMs });
  const responses = (await place.target.responses()).filter(({ atMs }) => atMs >= beganMs);
  const waits = loggedWaits(load, new Map(responses.map(({ path, atMs }) => [Number(path.slice(1)), atMs - beganMs])));
  const figure = (name: 'p95' | 'p99' | 'p999' | 'max', percent: number): Figure => {
    const text = status!.responseTime?.[name];
    return {
      name,
      expected: percentile(expected.responseTimes, percent),
      logged: percentile(waits, percent),
      observed: text === undefined ? undefined : milliseconds(text),
    };
  };
  const figures =
    expected.dropped > 0
      ? [figure('p999', 99.9), figure('max', 100)]
      : [figure('p95', 95), figure('p99', 99), figure('max', 100)];
  return {
    name,
    frozenForMs: freeze.forMs,
    figures,
    received,
    counts: status!.counts!,
    expected: { generated: expected.generated, dropped: expected.dropped },
  };
}

/** The exact schedule of a peer is unknown: a tenth of its evenly spaced arrivals falls into the stall. */
async function runPeer({ tool, program }: Ready, { dir, target }: Place): Promise<Omit<TruthRun, 'round'>> {
  const own = join(dir, tool.name);
  mkdirSync(own, { recursive: true });
  const job = { scenario: OPEN_1K, url: target.url, seconds: SECONDS, certificate: target.certificate, dir: own };
  const invocation = invocationOf(tool, program, job);
  if ('cannot' in invocation) throw new Error(`bug: ${tool.name} is no peer here`);
  const { command, env, readReport } = invocation;
  const place = { dir, target };
  const { run, freeze, received } = await whileFrozen(place, () =>
    measured(command, { cores: [1], env, cwd: own, timeoutMs: TIMEOUT_MS }),
  );
  const { p95, p99, max } = (await readReport?.(run.stdout)) ?? {};
  const share = freeze.forMs / (SECONDS * 1e3);
  const at = (above: number) => freeze.forMs * (1 - above / share);
  const figures = [
    { name: 'p95', expected: at(0.05), observed: p95 },
    { name: 'p99', expected: at(0.01), observed: p99 },
    { name: 'max', expected: freeze.forMs, observed: max },
  ];
  return { name: tool.name, frozenForMs: freeze.forMs, figures, received };
}

/** Stops the target for a second after five seconds of load. */
async function whileFrozen({ target }: Place, start: () => Promise<Measured>) {
  const before = await target.requests();
  const running = start();
  const hasBegun = async () => ((await target.requests()) > before ? true : undefined);
  await until('the first request', hasBegun, { timeoutMs: TIMEOUT_MS, intervalMs: 20 });
  await sleep(FREEZE_AT_MS);
  const freeze = await target.freeze(FREEZE_MS);
  const run = await running;
  return { run, freeze, received: (await target.requests()) - before };
}
