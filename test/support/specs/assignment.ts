import { loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import type { Assignment } from '../../../api/protocol/assignment.ts';

/** The assignment of the only runner of a test with one request. */
export const ASSIGNMENT: Assignment = {
  test: { namespace: 'shop', name: 'checkout', uid: 'u1' },
  spec: loadTestSpecSchema.parse({
    target: { url: 'http://target' },
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  }),
  index: 0,
  replicas: 1,
};
