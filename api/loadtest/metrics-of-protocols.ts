import { celPattern } from '../common/rule.ts';
import { GRPC_ERROR_KINDS, HTTP_ERROR_KINDS } from '../status/error-kinds.ts';
import { GRPC_STATUSES } from '../status/grpc-statuses.ts';

/** The metrics that only calls of gRPC can have, and those that they cannot have. */
const OF_GRPC = new RegExp(`^(status[.](${GRPC_STATUSES.join('|')})|errors[.](${GRPC_ERROR_KINDS.join('|')}))$`);
const OF_HTTP = new RegExp(`^(status[.][1-5].*|errors[.](${HTTP_ERROR_KINDS.join('|')}))$`);

type Spec = { target: { grpc?: unknown }; thresholds?: readonly { metric: string }[] | undefined };

const without = (metrics: RegExp) =>
  `!has(self.thresholds) || self.thresholds.all(t, !t.metric.matches(${celPattern(metrics)}))`;
const isWithout = (metrics: RegExp, { thresholds = [] }: Spec) =>
  thresholds.every(({ metric }) => !metrics.test(metric));

/** A maximum of a metric that the test's protocol never counts would hold whatever the target does. Rules of a LoadTest's spec. */
export const metricsOfProtocolsRules = [
  {
    cel: `has(self.target.grpc) || ${without(OF_GRPC)}`,
    message: `only gRPC calls have the statuses of gRPC, ${GRPC_ERROR_KINDS.map((kind) => `errors.${kind}`).join(' and ')}; a status of HTTP is a number, such as status.5xx or status.503`,
    field: 'thresholds',
    test: (v: Spec) => v.target.grpc !== undefined || isWithout(OF_GRPC, v),
  },
  {
    cel: `!has(self.target.grpc) || ${without(OF_HTTP)}`,
    message: `gRPC calls have no status of HTTP, and none of ${HTTP_ERROR_KINDS.map((kind) => `errors.${kind}`).join(', ')}; a status of gRPC is a name, such as status.UNAVAILABLE`,
    field: 'thresholds',
    test: (v: Spec) => v.target.grpc === undefined || isWithout(OF_HTTP, v),
  },
];
