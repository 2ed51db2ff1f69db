import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';

/** A LoadTest as a cluster tells of it; `spec` is undefined when it is not valid. */
export type InCluster = {
  metadata: { name: string; namespace: string; uid: string };
  spec: LoadTestSpec | undefined;
  status: LoadTestStatus;
};
