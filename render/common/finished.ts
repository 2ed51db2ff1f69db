import type { LoadTest } from '../../api/loadtest/loadtest.ts';

/** What a report is about: the test and its status. */
export type Finished = Pick<LoadTest, 'spec'> & {
  metadata: { name?: string | undefined };
  status?: LoadTest['status'] | undefined;
};
