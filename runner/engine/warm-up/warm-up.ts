import { lookup } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { MessageChannel } from 'node:worker_threads';
import { usToSeconds } from '../../../api/common/duration.ts';
import type { RequestSpec } from '../../../api/loadtest/request.ts';
import { WHOLE } from '../../../model/load/engine-position.ts';
import type { LoadModel } from '../../../model/load/load-model.ts';
import { openLoad } from '../../../model/load/open-load.ts';
import type { TransportName } from '../../../model/request/transport.ts';
import { eventLoopFigures } from '../../process/event-loop.ts';
import { http } from '../../protocol/http.ts';
import type { Destination } from '../../transport/connect/destination.ts';
import type { Transport } from '../../transport/transport.ts';
import { processClock } from '../clock.ts';
import { createEngine } from '../engine.ts';
import { type PacingThread, PacingTimer } from '../pacing-timer.ts';
import { ENDED, type PacingTask, TURN } from '../pacing-timer-state.ts';
import type { Serve } from './servers.ts';

/**
 * The arrivals of the warm-up's loads, one after the other. The short ones come first, so that V8 has seen the functions of more than one
 * engine before it compiles the calls: otherwise it discards the code at the first call of the real engine.
 */
const THOROUGH = [100, 100, 500, 500, 1000];
/** Loads the code, so that runners that begin at once also send their first requests at once. */
const BRIEF = [3, 20];
const RATE_PER_SECOND = 10_000;
const CONNECTIONS = 4;
const TIMEOUT_US = 1e6;
const REQUEST: RequestSpec = { name: 'warm-up', weight: 1, method: 'GET', path: '/' };

/**
 * V8's best compiler compiles a function after about so many calls, in a warm-up and by default. Within the load that would happen to all
 * functions at once, and for a tenth of a second the compiling threads would take the processor from the sending one. According to
 * `node --v8-options` the default is 3,000, but with `--no-concurrent-recompilation` Node 26 behaves as with 16,000.
 */
const CALLS_TO_COMPILE = 200;
const CALLS_TO_COMPILE_BY_DEFAULT = 16_000;

/** An engine's code is slow for this time; with so many arrivals in it, the engine falls behind. */
const COLD_US = 100_000;
const MANY_WHILE_COLD = 100;

/** What a warm-up needs of a transport: how to open it, and the server's side. */
type Warmed = { open: (destination: Destination) => Transport; serve: Serve };

/** The transports with a warm-up. The others are references for tests, which nobody uses for a load that must not be late. */
const WARMED: Partial<Record<TransportName, () => Promise<Warmed>>> = {
  Lean: async () => {
    const { http1Transport } = await import('../../transport/http1/transport.ts');
    const { serveHttp1 } = await import('./servers.ts');
    return { open: http1Transport, serve: serveHttp1 };
  },
  HTTP2: async () => {
    const { http2Transport } = await import('../../transport/http2/transport.ts');
    const { serveHttp2 } = await import('./servers.ts');
    return { open: http2Transport, serve: serveHttp2 };
  },
};

/** The warm-up for one of `engines`: the arrivals of one load after the other. Empty for transports without one. */
export function warmUpFor(load: LoadModel, engines: number, transport: TransportName): readonly number[] {
  if (WARMED[transport] === undefined) return [];
  // An engine whose load waits for responses cannot fall behind.
  const arrivals = load.arrivalsUntil(COLD_US) ?? (load.peakPerSecond ?? 0) * usToSeconds(COLD_US);
  return arrivals / engines < MANY_WHILE_COLD ? BRIEF : THOROUGH;
}

/**
 * Makes loads of so many arrivals by a transport against a server in this thread, so that V8 has loaded and compiled the code of the real load before it
 * begins. Takes 30 to 40 ms of CPU, or 0.4 s (docs/design/0023-pacing.md). Returns the number of responses; 0 where this machine has no
 * loopback address, which does not prevent the load.
 */
export async function warmUp(loads: readonly number[], transport: TransportName): Promise<number> {
  const warmed = await WARMED[transport]?.();
  if (loads.length === 0 || warmed === undefined) return 0;
  const server = createServer((socket) => warmed.serve(socket.on('error', () => {})));
  const port = await portOnLoopback(server);
  if (port === undefined) return 0;
  setFlagsFromString(`--invocation-count-for-turbofan=${CALLS_TO_COMPILE}`);
  const url = new URL(`http://127.0.0.1:${port}`);
  let done = 0;
  for (const arrivals of loads) {
    const responses = await warmUpLoad(arrivals, url, warmed);
    done += responses;
    if (responses === 0) break;
  }
  setFlagsFromString(`--invocation-count-for-turbofan=${CALLS_TO_COMPILE_BY_DEFAULT}`);
  await once(server.close(), 'close');
  return done;
}

async function warmUpLoad(arrivals: number, url: URL, { open }: Warmed): Promise<number> {
  const plan = planFor(arrivals);
  const pacingTimer = new PacingTimer(plan, ticksEveryTurn);
  const timing = processClock(performance.now());
  pacingTimer.begin(timing);
  const engine = createEngine({
    plan,
    pacingTimer,
    protocol: http,
    requests: http.prepare({ url: url.href }, [REQUEST], new Map()),
    timeoutUs: TIMEOUT_US,
    transport: open({ url, lookup, connections: CONNECTIONS, keepAlive: true }),
    timing,
    loop: eventLoopFigures(),
  });
  await new Promise<void>((over) => engine.run(over));
  return engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }).requests[0]!.counts.done;
}

function planFor(arrivals: number) {
  const stages = [{ duration: `${(arrivals * 1e3) / RATE_PER_SECOND}ms`, rate: RATE_PER_SECOND }];
  const load = openLoad({ stages, per: '1s', arrivals: 'Uniform', seed: 0, maxInFlight: arrivals });
  return { ...load.planOf(WHOLE), gracefulStopUs: TIMEOUT_US };
}

/** Replaces the thread, which would take time to start: ticks in each turn of the event loop, on the same kind of port. */
function ticksEveryTurn({ state }: PacingTask): PacingThread {
  const { port1, port2 } = new MessageChannel();
  const shared = new Int32Array(state);
  const tick = () => {
    if (shared[TURN] === ENDED) {
      port1.close();
      return;
    }
    port1.postMessage(0);
    setImmediate(tick);
  };
  tick();
  return port2;
}

async function portOnLoopback(server: Server): Promise<number | undefined> {
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  }
}
