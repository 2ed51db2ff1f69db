import type { LeaseStore } from '../leader/election.ts';
import type { Lease } from '../leader/lease.ts';
import { create } from './api.ts';
import { isApiError, type KubeClient } from './client.ts';
import { leases, pods } from './paths.ts';

/** The Lease of that name as the store of an election. */
export function leaseStore(client: KubeClient, namespace: string, name: string): LeaseStore {
  const path = `${leases(namespace)}/${name}`;
  const read = async () => (await client.call({ method: 'GET', path })) as Lease;
  return {
    read: async () => {
      try {
        return await read();
      } catch (error) {
        if (!isApiError(error, 404)) throw error;
      }
      const empty: Lease = { metadata: { namespace, name }, spec: {} };
      await create(client, leases, { ...IDENTITY, ...empty });
      return read();
    },
    write: async (lease) => (await client.call({ method: 'PUT', path, body: { ...IDENTITY, ...lease } })) as Lease,
  };
}

const IDENTITY = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };

/** Sets or removes a label of a pod. Removing it from a missing pod succeeds. */
export async function labelPod(
  client: KubeClient,
  { namespace, name }: { namespace: string; name: string },
  label: string,
  value: string | null,
): Promise<void> {
  const call = client.call({
    method: 'PATCH',
    path: `${pods(namespace)}/${name}`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { labels: { [label]: value } } },
  });
  await call.catch((error) => {
    if (value !== null || !isApiError(error, 404)) throw error;
  });
}
