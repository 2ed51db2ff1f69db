import { API_VERSION } from '../../api/common/group.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { type Call, isApiError, type KubeClient } from './client.ts';
import { isControlledBy } from './owner.ts';
import { coreEvents, events, jobs, pods, type ResourcePath, tokenReviews } from './paths.ts';
import type { KubeObject, ObjectMeta, Resource } from './types.ts';

const FIELD_MANAGER = 'loadtest-operator';

export type ObjectRef = Pick<ObjectMeta, 'namespace' | 'name' | 'uid'>;

/**
 * Creates an object. Returns false if one of its name exists. Any other conflict is an error: a quota that changed at the same moment
 * causes one, too, without an existing object.
 */
export async function create(
  client: KubeClient,
  path: ResourcePath,
  object: { metadata?: { namespace?: string } },
  query: { fieldValidation?: 'Strict' } = {},
): Promise<boolean> {
  try {
    await client.call({
      method: 'POST',
      path: path(object.metadata?.namespace),
      query: { fieldManager: FIELD_MANAGER, ...query },
      body: object,
    });
    return true;
  } catch (error) {
    if (isApiError(error, 409) && error.reason === 'AlreadyExists') return false;
    throw error;
  }
}

/** The object of that name as it is now, whatever a watch has delivered. It is read as a list, for which the operator has the permission. */
export async function current(
  client: KubeClient,
  path: ResourcePath,
  { namespace, name }: Omit<ObjectRef, 'uid'>,
): Promise<KubeObject | undefined> {
  const query = { fieldSelector: `metadata.name=${name}` };
  const found = (await client.call({ method: 'GET', path: path(namespace), query })) as { items?: KubeObject[] };
  return found.items?.[0];
}

/**
 * Throws unless the object of that name is controlled by the owner `ownerUid`. The operator usually created it a moment ago, but anyone
 * may create objects.
 */
export async function mustBeControlledBy(
  client: KubeClient,
  path: ResourcePath,
  ref: Omit<ObjectRef, 'uid'>,
  ownerUid: string,
): Promise<void> {
  const { name } = ref;
  const object = await current(client, path, ref);
  if (object === undefined) throw new Error(`${name} was there already, and is gone now`);
  if (!isControlledBy(object, ownerUid)) throw new Error(`${name} is there already, and was made by somebody else`);
}

/** Deletes the object with this uid, and its dependents in the background. A missing object, or another of its name, is ignored. */
export function remove(client: KubeClient, path: ResourcePath, ref: ObjectRef): Promise<void> {
  return unlessGone(client, {
    method: 'DELETE',
    path: `${path(ref.namespace)}/${ref.name}`,
    body: { propagationPolicy: 'Background', preconditions: { uid: ref.uid } },
  });
}

/** Suspends a Job, which ends its running pods. The Job and the logs of its finished pods remain. */
export function suspendJob(client: KubeClient, ref: ObjectRef): Promise<void> {
  return patchJob(client, ref, { metadata: { uid: ref.uid }, spec: { suspend: true } });
}

/** Adds annotations to a Job. */
export function annotateJob(client: KubeClient, ref: ObjectRef, annotations: Record<string, string>): Promise<void> {
  return patchJob(client, ref, { metadata: { uid: ref.uid, annotations } });
}

function patchJob(client: KubeClient, ref: ObjectRef, body: unknown): Promise<void> {
  return unlessGone(client, {
    method: 'PATCH',
    path: `${jobs(ref.namespace)}/${ref.name}`,
    query: { fieldManager: FIELD_MANAGER },
    contentType: 'application/merge-patch+json',
    body,
  });
}

/** Sends a request for the object with a uid. If the object is gone, or another has its name, the request counts as done. */
async function unlessGone(client: KubeClient, call: Call): Promise<void> {
  try {
    await client.call(call);
  } catch (error) {
    if (!isApiError(error, 404, 409)) throw error;
  }
}

/** The Job controller's latest message about a pod that it could not create; undefined if it created all. */
export async function lastPodRefusal(client: KubeClient, { namespace, uid }: ObjectRef): Promise<string | undefined> {
  const fieldSelector = `involvedObject.uid=${uid},reason=FailedCreate`;
  const found = (await client.call({ method: 'GET', path: coreEvents(namespace), query: { fieldSelector } })) as {
    items?: { message?: string; lastTimestamp?: string | null }[];
  };
  const byTime = (found.items ?? []).toSorted((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1));
  return byTime.at(-1)?.message;
}

/**
 * Writes an object's whole status by server-side apply, which removes fields that only an earlier write set. Returns the current object, or
 * undefined if it is gone, or is no longer the version `resourceVersion`, where there is one.
 */
export async function applyStatus(
  client: KubeClient,
  { kind, path }: { kind: string; path: ResourcePath },
  { namespace, name, uid }: ObjectRef,
  status: LoadTestStatus | ScheduledLoadTestStatus,
  { resourceVersion }: { resourceVersion?: string } = {},
): Promise<Resource | undefined> {
  try {
    return (await client.call({
      method: 'PATCH',
      path: `${path(namespace)}/${name}/status`,
      query: { fieldManager: FIELD_MANAGER, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: API_VERSION, kind, metadata: { name, namespace, uid, resourceVersion }, status },
    })) as Resource;
  } catch (error) {
    // If another object has the name by now, its uid differs and the response is a conflict.
    if (isApiError(error, 404, 409)) return undefined;
    throw error;
  }
}

/** A pod of somebody else, with the fields that tell its release. */
export type TargetPod = KubeObject & {
  spec?: { containers?: { name: string; image?: string }[] };
  status?: { phase?: string };
};

/** The first hundred pods with these labels. */
export async function podsWith(
  client: KubeClient,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<TargetPod[]> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const query = { labelSelector, limit: '100' };
  const found = (await client.call({ method: 'GET', path: pods(namespace), query })) as { items?: TargetPod[] };
  return found.items ?? [];
}

/** The version of the API server, such as v1.35.0; undefined if it does not report one. */
export async function serverVersion(client: KubeClient): Promise<string | undefined> {
  const version = (await client.call({ method: 'GET', path: '/version' })) as { gitVersion?: string } | undefined;
  return version?.gitVersion;
}

export type EventManifest = {
  metadata: { namespace: string; name: string };
  type: 'Normal' | 'Warning';
  reason: string;
  note: string;
  eventTime: string;
} & Record<string, unknown>;

/** Creates an Event. An existing one of its name has the same content. */
export async function createEvent(client: KubeClient, event: EventManifest): Promise<void> {
  await create(client, events, event);
}

/** The result of a TokenReview. */
export type TokenReviewStatus = {
  authenticated?: boolean;
  error?: string;
  audiences?: string[];
  user?: { username?: string; extra?: Record<string, string[]> };
};

export async function reviewToken(client: KubeClient, token: string, audience: string): Promise<TokenReviewStatus> {
  const review = (await client.call({
    method: 'POST',
    path: tokenReviews,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, audiences: [audience] },
    },
  })) as { status?: TokenReviewStatus };
  return review.status ?? {};
}
