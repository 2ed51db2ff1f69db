import { milliseconds } from '../../api/common/duration.ts';
import { isTrue } from '../../api/status/conditions.ts';
import { summarise } from '../../model/measure/summary.ts';
import { otlpExporter } from '../../telemetry/otlp-exporter.ts';
import type { ResourceStore } from '../kube/resource-store.ts';
import type { MeasuredTest } from '../loadtest/dependencies.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import type { OtlpConfig } from '../runtime/config.ts';
import type { Log } from '../runtime/log.ts';
import { snapshotsIn } from '../updates/received-update.ts';
import type { UpdateStore } from '../updates/update-store.ts';
import { headersIn } from './header-files.ts';
import { LoadTestPush } from './loadtest-push.ts';

type Tests = Pick<ResourceStore<LoadTestResource>, 'get' | 'list'>;
type Dependencies = { tests: Tests; updates: UpdateStore; now: () => number; log: Log };

/** The push of the tests of an operator. This file loads OpenTelemetry's packages, which an operator without an endpoint does not need. */
export function pushOfTests(
  { endpoint, interval, headersFolder }: OtlpConfig,
  { tests, updates, now, log }: Dependencies,
): LoadTestPush {
  const headers = headersFolder === undefined ? {} : { headers: () => headersIn(headersFolder) };
  return new LoadTestPush({
    exporter: otlpExporter({ endpoint, ...headers }),
    running: () => underLoad(tests, updates),
    everyMs: milliseconds(interval),
    now,
    log,
  });
}

function underLoad(tests: Tests, updates: UpdateStore): MeasuredTest[] {
  return tests.list().flatMap(({ metadata: { namespace, name } }) => {
    const test = tests.get(namespace, name);
    if (test?.spec === undefined || test.status.loadStartTime === undefined) return [];
    if (isTrue(test.status.conditions, 'Complete')) return [];
    const { metadata, spec, status } = test;
    const summary = () => {
      const snapshots = snapshotsIn(updates.of(metadata.uid));
      return snapshots.length === 0 ? undefined : summarise(spec, snapshots);
    };
    return [{ metadata, spec, status, summary }];
  });
}
