import { lookup } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { RequestSpec } from '../api/request.ts';
import { type ClosedPlan, ONE_REQUEST, type Plan } from '../model/plan.ts';
import { areaAt } from '../model/schedule.ts';
import type { TransportName } from '../model/transport.ts';
import { createEngine } from './engine.ts';
import { prepareRequests } from './requests.ts';
import { processTiming } from './timing.ts';

/** With more requests the first ones of the load are not faster. */
const ITERATIONS = 1000;
/** As many as a load has in flight that is answered in a millisecond. */
const USERS = 16;
/** Where nothing answers, no load is to wait for it: microseconds. */
const LONGEST = 5e6;
const TIMEOUT = 1e6;
const PLAN: ClosedPlan = {
  ...ONE_REQUEST,
  users: USERS,
  begins: Array(USERS).fill(0),
  iterations: ITERATIONS,
  duration: LONGEST,
  gracefulStop: TIMEOUT,
};
const REQUEST: RequestSpec = { name: 'rehearsal', weight: 1, method: 'GET', path: '/' };
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

/** So long an engine's code is slow, microseconds, and with so many arrivals meanwhile the engine falls behind. */
const COLD = 100_000;
const MOST_WHILE_COLD = 100;

/** Whether a load begins so fast that an engine whose code has not run yet would measure itself. */
export function needsRehearsal(plan: Plan, transport: TransportName): boolean {
  if (plan.type === 'Closed' || transport !== 'Lean') return false;
  return areaAt(plan.schedule, COLD) / plan.stripe.count > MOST_WHILE_COLD;
}

/**
 * Makes a thousand requests to a server in this thread, so that V8 has compiled what the load needs before it begins: 0.1 s of CPU. Answers
 * with how many were answered; none where this machine has no loopback address, which is no reason not to make the load.
 */
export async function rehearse(): Promise<number> {
  const server = createServer((socket) => socket.on('data', () => socket.write(ANSWER)).on('error', () => {}));
  const port = await portOnLoopback(server);
  if (port === undefined) return 0;
  const { http1Transport } = await import('./http1/transport.ts');
  const url = new URL(`http://127.0.0.1:${port}`);
  const engine = createEngine({
    plan: PLAN,
    requests: prepareRequests({ url: url.href }, [REQUEST], new Map()),
    timeout: TIMEOUT,
    transport: http1Transport({ url, lookup, connections: USERS, keepAlive: true }),
    timing: processTiming(performance.now()),
  });
  await new Promise<void>((over) => engine.run(over));
  await once(server.close(), 'close');
  return engine.snapshot({ cpuMs: 0, eventLoopUtilization: 0 }).requests[0]!.counts.done;
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
