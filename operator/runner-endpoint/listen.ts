import { reviewToken } from '../kube/api.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Config } from '../runtime/config.ts';
import { type Listening, listen } from '../runtime/http.ts';
import type { Log } from '../runtime/log.ts';
import { BodyReader } from './body-reader.ts';
import type { EndpointDependencies } from './dependencies.ts';
import { Authenticator } from './identity/authenticator.ts';
import { PodLimits } from './pod-limits.ts';
import { HOLD_MS } from './polling.ts';
import { type ServerDependencies, updateHandler } from './server.ts';

/** The most bytes of updates that are being read: four of the largest. */
const BODIES_BYTES = 16 * 1024 * 1024;
/** A runner has one connection, or two at its end. All runners of a test may have one address, where a node translates theirs. */
const CONNECTIONS = { each: 1500, all: 6000 };

export type ListenOptions = Pick<
  EndpointDependencies & ServerDependencies,
  'pod' | 'job' | 'test' | 'updates' | 'changes' | 'enqueue' | 'now'
> & {
  client: KubeClient;
  config: Pick<Config, 'reportPort' | 'limits'>;
  log: Log;
  count: Parameters<typeof updateHandler>[2];
};

/** Serves the runner endpoint within the limits that protect the operator (docs/design/0060-what-senders-of-updates-may-cost.md). */
export function listenForRunners({ client, config, log, count, ...dependencies }: ListenOptions): Promise<Listening> {
  const { now } = dependencies;
  const { reportPort, limits } = config;
  const authenticator = new Authenticator((token, audience) => reviewToken(client, token, audience), now);
  const handler = updateHandler(
    {
      ...dependencies,
      authenticate: authenticator.authenticate,
      holdMs: HOLD_MS,
      bodies: new BodyReader({ budgetBytes: BODIES_BYTES }),
      pods: new PodLimits(now),
      addresses: { denied: limits.deniedAddresses, hosts: limits.allowedHosts },
    },
    log,
    count,
  );
  return listen(reportPort, handler, CONNECTIONS);
}
