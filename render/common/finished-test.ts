import type { LoadTest } from '../../api/loadtest/loadtest.ts';

/** The subject of a report: a test and its final status. */
export type FinishedTest = Pick<LoadTest, 'spec'> & {
  metadata: { name?: string | undefined };
  status?: LoadTest['status'];
};
