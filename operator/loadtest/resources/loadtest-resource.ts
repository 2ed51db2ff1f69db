import { MAX_LOAD_TEST_NAME } from '../../../api/common/names.ts';
import { type LoadTestSpec, loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import { isTrue } from '../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import type { ObjectMeta, Resource } from '../../kube/types.ts';

/** A LoadTest as the controller sees it: with a spec that has passed the schema, or with the problem of one that has not. */
export type LoadTestResource = {
  metadata: ObjectMeta;
  status: LoadTestStatus;
} & ({ spec: LoadTestSpec; problem?: undefined } | { spec?: undefined; problem: string });

/** A test whose spec has passed the schema. */
export type AcceptedLoadTest = Extract<LoadTestResource, { problem?: undefined }>;

/**
 * Reads a LoadTest. The API server has checked it against the same rules, but perhaps against an older version of them. Only the operator
 * writes the status, which needs no check.
 */
export function parseLoadTest({ metadata, spec, status }: Resource): LoadTestResource {
  const known = { metadata, status: (status ?? {}) as LoadTestStatus };
  if (metadata.name.length > MAX_LOAD_TEST_NAME) {
    return { ...known, problem: `metadata.name: must be at most ${MAX_LOAD_TEST_NAME} characters` };
  }
  const parsed = loadTestSpecSchema.safeParse(spec);
  if (parsed.success) return { ...known, spec: parsed.data };
  const issues = parsed.error.issues.map((i) => `${['spec', ...i.path].join('.')}: ${i.message}`);
  return { ...known, problem: issues.join('; ') };
}

/** Whether the status of a LoadTest is final. */
export function isComplete({ status }: Resource): boolean {
  return isTrue((status as LoadTestStatus | undefined)?.conditions, 'Complete');
}

export function keyOf({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}

export function splitKey(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}
