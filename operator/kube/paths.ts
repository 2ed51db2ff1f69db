import { GROUP, LOAD_TEST, SCHEDULED_LOAD_TEST, SERVED_VERSION } from '../../api/common/group.ts';

/** The API path of a kind, in one namespace or in all. */
export type ResourcePath = (namespace?: string) => string;

function resource(group: string, plural: string): ResourcePath {
  return (namespace) => `${group}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}`;
}

export const loadTests = resource(`/apis/${GROUP}/${SERVED_VERSION}`, LOAD_TEST.plural);
export const scheduledLoadTests = resource(`/apis/${GROUP}/${SERVED_VERSION}`, SCHEDULED_LOAD_TEST.plural);
export const jobs = resource('/apis/batch/v1', 'jobs');
export const pods = resource('/api/v1', 'pods');
export const configMaps = resource('/api/v1', 'configmaps');
export const coreEvents = resource('/api/v1', 'events');
export const leases = resource('/apis/coordination.k8s.io/v1', 'leases');
export const events = resource('/apis/events.k8s.io/v1', 'events');
export const tokenReviews = '/apis/authentication.k8s.io/v1/tokenreviews';
