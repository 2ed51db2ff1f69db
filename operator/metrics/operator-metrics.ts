import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import type { CallObserver } from '../kube/client.ts';
import type { ReconcileObserver } from '../runtime/controller.ts';

/** The operator's metrics about itself. */
export type OperatorMetrics = ReconcileObserver & {
  call: CallObserver;
  reported: (status: number) => void;
};

/** Registers the metrics; `depths` returns the number of keys in each controller's queue. */
export function operatorMetrics(registry: Registry, depths: () => Record<string, number>): OperatorMetrics {
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const calls = new Counter({
    name: 'loadtest_operator_api_requests_total',
    help: 'Calls to the API server without watches; code 0 means no response.',
    labelNames: ['method', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'loadtest_operator_reconcile_duration_seconds',
    help: 'Time that one reconcile of an object took.',
    labelNames: ['controller'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  const waits = new Histogram({
    name: 'loadtest_operator_queue_wait_seconds',
    help: 'Time that an object waited in the queue for its reconcile.',
    labelNames: ['controller'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 10],
    registers,
  });
  const errors = new Counter({
    name: 'loadtest_operator_reconcile_errors_total',
    help: 'Reconciles that failed and are retried.',
    labelNames: ['controller'],
    registers,
  });
  const reports = new Counter({
    name: 'loadtest_operator_reports_total',
    help: 'Updates from runners, by the HTTP status of the response.',
    labelNames: ['code'],
    registers,
  });
  new Gauge({
    name: 'loadtest_operator_queue_depth',
    help: 'Objects that wait in the queue for their reconcile.',
    labelNames: ['controller'],
    registers,
    collect() {
      for (const [controller, depth] of Object.entries(depths())) this.set({ controller }, depth);
    },
  });
  return {
    call: ({ method }, status) => calls.inc({ method, code: status }),
    reconciled: (controller, seconds, failed) => {
      durations.observe({ controller }, seconds);
      if (failed) errors.inc({ controller });
    },
    waited: (controller, seconds) => waits.observe({ controller }, seconds),
    reported: (status) => reports.inc({ code: status }),
  };
}
