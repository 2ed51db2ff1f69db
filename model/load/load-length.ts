import { microseconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';

/** For how long a load is made, microseconds: what the last answers take is not part of it. Infinity when only its iterations end it. */
export function loadLength({ open, closed }: LoadTestSpec['load']): number {
  if (open !== undefined) return open.stages.reduce((sum, { duration }) => sum + microseconds(duration), 0);
  return closed?.duration === undefined ? Number.POSITIVE_INFINITY : microseconds(closed.duration);
}
