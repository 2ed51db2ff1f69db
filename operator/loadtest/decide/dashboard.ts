import { LOADTEST_DASHBOARD } from '../../../api/common/names.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';

/** The graphs begin a little before the load, and end after the result has been scraped. */
const BEFORE_MS = 10_000;
const AFTER_MS = 60_000;

/**
 * The status with the address of the test's dashboard, over the time of its load: until now while the test goes on. Without a load, or
 * without the address of Grafana, it has none. `grafanaUrl` may have a path.
 */
export function withDashboard(
  status: LoadTestStatus,
  { namespace, name }: { namespace: string; name: string },
  grafanaUrl: string | undefined,
): LoadTestStatus {
  const { loadStartTime, completionTime } = status;
  if (grafanaUrl === undefined || loadStartTime === undefined) return status;
  const query = new URLSearchParams({
    'var-namespace': namespace,
    'var-loadtest': name,
    from: String(Date.parse(loadStartTime) - BEFORE_MS),
    to: completionTime === undefined ? 'now' : String(Date.parse(completionTime) + AFTER_MS),
  });
  const path = `d/${LOADTEST_DASHBOARD}/${LOADTEST_DASHBOARD}`;
  return { ...status, dashboard: `${grafanaUrl.replace(/\/+$/, '')}/${path}?${query}` };
}
