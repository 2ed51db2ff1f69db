import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import type { CallObserver } from '../kube/client.ts';
import type { ReconcileObserver } from '../runtime/controller.ts';

/** The operator's metrics about itself. */
export type OperatorMetrics = ReconcileObserver & {
  call: CallObserver;
  reported: (status: number) => void;
};

const LABEL = ['controller'] as const;

/** What the metrics are; docs/metrics.md derives from it, too. */
const FAMILIES = {
  calls: {
    type: 'counter',
    name: 'loadtest_operator_api_requests_total',
    help: 'Calls to the API server without watches; code 0 means no response.',
    labelNames: ['method', 'code'],
  },
  durations: {
    type: 'histogram',
    name: 'loadtest_operator_reconcile_duration_seconds',
    help: 'Time that one reconcile of an object took.',
    labelNames: LABEL,
  },
  waits: {
    type: 'histogram',
    name: 'loadtest_operator_queue_wait_seconds',
    help: 'Time that an object waited in the queue for its reconcile.',
    labelNames: LABEL,
  },
  errors: {
    type: 'counter',
    name: 'loadtest_operator_reconcile_errors_total',
    help: 'Reconciles that failed and are retried.',
    labelNames: LABEL,
  },
  reports: {
    type: 'counter',
    name: 'loadtest_operator_reports_total',
    help: 'Updates from runners, by the HTTP status of the response.',
    labelNames: ['code'],
  },
  depth: {
    type: 'gauge',
    name: 'loadtest_operator_queue_depth',
    help: 'Objects that wait in the queue for their reconcile.',
    labelNames: LABEL,
  },
  leader: {
    type: 'gauge',
    name: 'loadtest_operator_leader',
    help: 'Whether this replica leads; only the leader exports the metrics of LoadTests.',
    labelNames: [],
  },
} as const;

export const OPERATOR_FAMILIES = Object.values(FAMILIES).map(({ labelNames, ...family }) => ({
  ...family,
  labels: labelNames as readonly string[],
}));

/** Gauges of prom-client that are named like counters, and are the sums of others that it has. */
const MISNAMED = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'];

/** What the gauges read at each scrape: the number of keys in each controller's queue, and whether this replica leads. */
export type OperatorState = { depths: () => Record<string, number>; isLeading: () => boolean };

/** Registers the metrics, and those of the process. */
export function operatorMetrics(registry: Registry, { depths, isLeading }: OperatorState): OperatorMetrics {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const registers = [registry];
  const calls = new Counter({ ...FAMILIES.calls, registers });
  const durations = new Histogram({
    ...FAMILIES.durations,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  const waits = new Histogram({
    ...FAMILIES.waits,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 10],
    registers,
  });
  const errors = new Counter({ ...FAMILIES.errors, registers });
  const reports = new Counter({ ...FAMILIES.reports, registers });
  new Gauge({
    ...FAMILIES.depth,
    registers,
    collect() {
      for (const [controller, depth] of Object.entries(depths())) this.set({ controller }, depth);
    },
  });
  new Gauge({
    ...FAMILIES.leader,
    registers,
    collect() {
      this.set(Number(isLeading()));
    },
  });
  return {
    call: ({ method }, status) => calls.inc({ method, code: status }),
    reconciled: (controller, seconds, failed) => {
      durations.observe({ controller }, seconds);
      // Also without a failure, so that the series begins at 0 and a rate sees the first one.
      errors.inc({ controller }, Number(failed));
    },
    waited: (controller, seconds) => waits.observe({ controller }, seconds),
    reported: (status) => reports.inc({ code: status }),
  };
}
