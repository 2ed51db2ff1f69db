import type { Protocol } from '../../protocol/protocol.ts';
import type { PreparedRequest } from '../../request/prepared-request.ts';
import type { Scopes } from '../../request/variables.ts';
import type { Unjudged } from '../../response/unjudged.ts';
import type { Transport } from '../../transport/transport.ts';
import type { Clock } from '../clock.ts';
import type { DeadlineWatch } from '../deadline-watch.ts';
import type { Burst } from '../delay/burst.ts';
import type { ReadDelay } from '../delay/read-delay.ts';
import type { Recorder } from '../recorder.ts';
import type { LogRequest } from '../request-log.ts';
import type { ThinkTimes } from '../think-time.ts';
import type { Tracing } from '../tracing/request-trace.ts';

/** What the slots of a pool share. */
export type Pool = {
  protocol: Protocol;
  requests: readonly PreparedRequest[];
  transport: Transport;
  timing: Clock;
  recorder: Recorder;
  readDelay: ReadDelay;
  burst: Burst;
  timeoutUs: number;
  deadlines: DeadlineWatch;
  thinkTimes: ThinkTimes;
  unjudged: Unjudged;
  logRequest: LogRequest | undefined;
  /** Undefined: requests have no traces. */
  tracing: Tracing | undefined;
  scopes: Scopes;
  /** Whether a slot stands for a user, who stays on a connection. */
  keepsConnections: boolean;
  /** Whether an iteration sends all requests, in order. */
  sequential: boolean;
  /** Epoch milliseconds. */
  clock: () => number;
};
