import { API_VERSION } from '../../api/common/group.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { type Call, isApiError, type KubeClient } from './client.ts';
import { isControlledBy } from './owner.ts';
import { coreEvents, events, jobs, type ResourcePath, tokenReviews } from './paths.ts';
import type { KubeObject, ObjectMeta, Resource } from './types.ts';

export const FIELD_MANAGER = 'loadtest-operator';

export type ObjectRef = Pick<ObjectMeta, 'namespace' | 'name' | 'uid'>;

/**
 * Makes an object; false when one of its name is there already. Any other conflict is an error: a quota that changed at the same moment
 * answers with one too, and nothing is there then.
 */
export async function create(
  client: KubeClient,
  path: ResourcePath,
  object: { metadata?: { namespace?: string } },
): Promise<boolean> {
  try {
    await client.call({
      method: 'POST',
      path: path(object.metadata?.namespace),
      query: { fieldManager: FIELD_MANAGER },
      body: object,
    });
    return true;
  } catch (error) {
    if (isApiError(error, 409) && error.reason === 'AlreadyExists') return false;
    throw error;
  }
}

/**
 * Throws unless the object of that name is controlled by the one with `ownerUid`. What has the name of something of ours was mostly made
 * by us a moment ago, but anyone may make objects. Asked as a list, which the operator may read anyway.
 */
export async function mustBeControlledBy(
  client: KubeClient,
  path: ResourcePath,
  { namespace, name }: Omit<ObjectRef, 'uid'>,
  ownerUid: string,
): Promise<void> {
  const query = { fieldSelector: `metadata.name=${name}` };
  const found = (await client.call({ method: 'GET', path: path(namespace), query })) as { items?: KubeObject[] };
  const [object] = found.items ?? [];
  if (object === undefined) throw new Error(`${name} was there already, and is gone now`);
  if (!isControlledBy(object, ownerUid)) throw new Error(`${name} is there already, and was made by somebody else`);
}

/** Deletes this very object, and in the background what it owns. One that is gone, or another of its name, is left alone. */
export function remove(client: KubeClient, path: ResourcePath, ref: ObjectRef): Promise<void> {
  return unlessGone(client, {
    method: 'DELETE',
    path: `${path(ref.namespace)}/${ref.name}`,
    body: { propagationPolicy: 'Background', preconditions: { uid: ref.uid } },
  });
}

/** Ends the pods of a Job that are still there; the Job and the logs of its finished pods stay. */
export function suspendJob(client: KubeClient, ref: ObjectRef): Promise<void> {
  return patchJob(client, ref, { metadata: { uid: ref.uid }, spec: { suspend: true } });
}

/** Puts annotations on a Job beside those that it has. */
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

/** Makes a call for one very object; that it is gone, or another one has its name by now, is as good as done. */
async function unlessGone(client: KubeClient, call: Call): Promise<void> {
  try {
    await client.call(call);
  } catch (error) {
    if (!isApiError(error, 404, 409)) throw error;
  }
}

/** What the Job controller last said of a pod that it could not make; undefined when it could make all. */
export async function lastPodRefusal(client: KubeClient, { namespace, uid }: ObjectRef): Promise<string | undefined> {
  const fieldSelector = `involvedObject.uid=${uid},reason=FailedCreate`;
  const found = (await client.call({ method: 'GET', path: coreEvents(namespace), query: { fieldSelector } })) as {
    items?: { message?: string; lastTimestamp?: string | null }[];
  };
  const byTime = (found.items ?? []).toSorted((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1));
  return byTime.at(-1)?.message;
}

/**
 * Writes an object's whole status by server-side apply: what an earlier write set and this one does not is removed.
 * Returns the object as it is now, undefined when it is gone.
 */
export async function applyStatus(
  client: KubeClient,
  { kind, path }: { kind: string; path: ResourcePath },
  { namespace, name, uid }: ObjectRef,
  status: LoadTestStatus | ScheduledLoadTestStatus,
): Promise<Resource | undefined> {
  try {
    return (await client.call({
      method: 'PATCH',
      path: `${path(namespace)}/${name}/status`,
      query: { fieldManager: FIELD_MANAGER, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: API_VERSION, kind, metadata: { name, namespace, uid }, status },
    })) as Resource;
  } catch (error) {
    // With another uid than the one of the object that has the name now, the answer is a conflict.
    if (isApiError(error, 404, 409)) return undefined;
    throw error;
  }
}

/** The version that the API server says it has, such as v1.35.0; undefined when it does not say. */
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

/** Makes an Event. One of its name tells the same. */
export async function createEvent(client: KubeClient, event: EventManifest): Promise<void> {
  await create(client, events, event);
}

/** What a TokenReview says of a token. */
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
