import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadPlanOf } from '../model/load/load-plan.ts';
import { processClock } from '../runner/engine/clock.ts';
import { createEngine } from '../runner/engine/engine.ts';
import { eventLoopFigures } from '../runner/process/event-loop.ts';
import { http } from '../runner/protocol/http.ts';
import { prepareRequests } from '../runner/request/prepare.ts';
import { transportFor } from '../runner/transport/select.ts';
import type { ConnectionEvents, Transport } from '../runner/transport/transport.ts';
import type { Log } from './install.ts';
import type { Options } from './options.ts';
import { specOf } from './spec.ts';
import { formatSpread, quantile, spreadOf, table } from './statistics.ts';
import { describeMachine, machine, store } from './store.ts';

const IN_FLIGHT = 5_000;
const LIMIT_MS = 100;
/** All requests are sent within half of the timeout. */
const BURST = { duration: '50ms', rate: IN_FLIGHT * 20 };
const CONNECTING_AT_ONCE = 200;
/** Shares of the requests without a response; the responses to the others arrive while timeouts are due. */
const SILENT = [0.02, 0.1, 1];

type Round = {
  silent: number;
  round: number;
  mostInFlight: number;
  responses: number;
  /** Ascending, milliseconds. */
  waits: number[];
};

/** When a timeout of 100 ms fires, from the write of its request, with 5,000 requests in flight. */
export async function benchTimeouts(options: Options, log: Log): Promise<void> {
  execFileSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)], { stdio: 'ignore' });
  const rounds: Round[] = [];
  for (const silent of SILENT) {
    const sink = spawn('taskset', ['-c', '0', process.execPath, join(import.meta.dirname, 'sink.ts'), String(silent)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [port] = await once(createInterface(sink.stdout), 'line');
      for (let round = 1; round <= options.rounds; round++) {
        rounds.push({ silent, round, ...(await burst(`http://127.0.0.1:${port}/`)) });
        log(`${silent * 100}% silent, round ${round} done`);
        await sleep(1_000); // the kernel frees the ports
      }
    } finally {
      sink.kill();
    }
  }
  const result = { machine: machine(), inFlight: IN_FLIGHT, limitMs: LIMIT_MS, rounds: rounds.map(figuresOf) };
  store(options.out, 'timeouts', result, report(result), log);
}

/** Sends one request on each of 5,000 open connections. */
async function burst(url: string): Promise<Omit<Round, 'silent' | 'round'>> {
  const spec = specOf({
    target: { url, timeout: `${LIMIT_MS}ms` },
    load: { type: 'Open', open: { stages: [BURST], maxInFlight: 2 * IN_FLIGHT } },
  });
  const whole = { index: 0, count: 1 };
  const requests = prepareRequests(spec.target, spec.requests, new Map());
  const transport = await openBeforehand(await transportFor(spec.target, new Map()), IN_FLIGHT, requests[0]!);
  const waits: number[] = [];
  const times: [time: number, change: 1 | -1][] = [];
  let responses = 0;
  const engine = createEngine({
    protocol: http,
    plan: loadPlanOf(spec, { runner: whole, worker: whole }),
    requests,
    timeoutUs: LIMIT_MS * 1e3,
    transport,
    timing: processClock(performance.now() + 200),
    loop: eventLoopFigures(),
    logRequest: (_arrival, _intendedUs, sentUs, doneUs, outcome) => {
      times.push([sentUs, 1], [doneUs, -1]);
      if (outcome === 'timeout') waits.push((doneUs - sentUs) / 1e3);
      else if (outcome === 'done') responses++;
    },
  });
  await new Promise<void>((done) => engine.run(done));
  return { mostInFlight: mostOf(times), responses, waits: waits.sort((a, b) => a - b) };
}

function mostOf(times: [time: number, change: 1 | -1][]): number {
  let [now, most] = [0, 0];
  for (const [, change] of times.sort(([a], [b]) => a - b)) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}

/** A transport whose first `count` connections are open, because each has carried a request. */
async function openBeforehand(
  transport: Transport,
  count: number,
  request: Parameters<ReturnType<Transport['open']>['send']>[0],
) {
  const idle: ConnectionEvents = { waits() {}, written() {}, head() {}, data() {}, end() {}, failed() {} };
  const connections = Array.from({ length: count }, () => {
    const events = { current: idle };
    const connection = transport.open({
      waits: () => events.current.waits(),
      written: () => events.current.written(),
      head: (status) => events.current.head(status),
      data: (chunk) => events.current.data(chunk),
      end: () => events.current.end(),
      failed: (error) => events.current.failed(error),
    });
    return { events, connection };
  });
  for (let i = 0; i < count; i += CONNECTING_AT_ONCE) {
    const some = connections.slice(i, i + CONNECTING_AT_ONCE);
    await Promise.all(
      some.map(
        ({ events, connection }) =>
          new Promise<void>((end, failed) => {
            events.current = { ...idle, end: () => end(), failed };
            connection.send(request);
          }),
      ),
    );
  }
  return {
    connections: Number.POSITIVE_INFINITY,
    open(events: ConnectionEvents) {
      const free = connections.pop();
      if (free === undefined) return transport.open(events);
      free.events.current = events;
      return free.connection;
    },
  } satisfies Transport;
}

type Figures = Pick<Round, 'silent' | 'round' | 'mostInFlight' | 'responses'> &
  Record<'timeouts' | 'min' | 'p50' | 'p99' | 'max', number>;

function figuresOf({ waits, ...rest }: Round): Figures {
  const at = (q: number) => (waits.length === 0 ? Number.NaN : quantile(waits, q));
  return { ...rest, timeouts: waits.length, min: at(0), p50: at(0.5), p99: at(0.99), max: at(1) };
}

function report(result: {
  machine: ReturnType<typeof machine>;
  inFlight: number;
  limitMs: number;
  rounds: readonly Figures[];
}) {
  const rows = SILENT.map((silent) => {
    const rounds = result.rounds.filter((r) => r.silent === silent);
    const column = (name: Exclude<keyof Figures, 'silent' | 'round'>, digits: number) =>
      formatSpread(spreadOf(rounds.map((r) => r[name])), digits);
    return [
      `${silent * 100}%`,
      column('mostInFlight', 0),
      column('responses', 0),
      column('timeouts', 0),
      ...(['min', 'p50', 'p99', 'max'] as const).map((name) => column(name, 1)),
    ];
  });
  return [
    '# When timeouts fire',
    '',
    describeMachine(result.machine),
    `A timeout of ${result.limitMs} ms, ${result.inFlight} requests sent within ${BURST.duration} on open connections. Some get no response, the`,
    'others one 80 ms after the server has read them. Milliseconds from the write of a request; minimum / median / maximum of the rounds.',
    '',
    table(['without response', 'most in flight', 'responses', 'timeouts', 'first', 'p50', 'p99', 'last'], rows),
  ].join('\n');
}
