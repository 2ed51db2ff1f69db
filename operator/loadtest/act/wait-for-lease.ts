import { LOAD_TEST } from '../../../api/common/group.ts';
import { withStage } from '../../../model/lifecycle/stage.ts';
import { applyStatus } from '../../kube/api.ts';
import { loadTests } from '../../kube/paths.ts';
import type { LoadTestDependencies } from '../dependencies.ts';
import type { LoadTestResource } from '../resources/loadtest-resource.ts';

/**
 * Writes into the status of a test what it waits for while the installation that serves its namespace is silent. Only an empty status is
 * written, which that installation would have filled at once. So one that was merely starved finds nothing of its own changed, and nobody
 * writes twice.
 */
export async function waitForLease(
  { client, tests, now }: Pick<LoadTestDependencies, 'client' | 'tests' | 'now'>,
  { metadata, status }: LoadTestResource,
  message: string,
): Promise<void> {
  if (status.conditions !== undefined) return;
  const { generation = 0, resourceVersion } = metadata;
  const next = withStage(status, { is: 'Unserved', message }, { nowMs: now(), generation });
  const kind = { kind: LOAD_TEST.kind, path: loadTests };
  const written = await applyStatus(client, kind, metadata, next, { resourceVersion });
  if (written !== undefined) tests.wrote(written);
}
