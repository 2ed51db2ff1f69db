/** The API group, version and kinds that this project serves. */
export const GROUP = 'loadtest.dev';
export const SERVED_VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${SERVED_VERSION}`;

export const LOAD_TEST = { kind: 'LoadTest', plural: 'loadtests', singular: 'loadtest', shortName: 'lt' } as const;
export const SCHEDULED_LOAD_TEST = {
  kind: 'ScheduledLoadTest',
  plural: 'scheduledloadtests',
  singular: 'scheduledloadtest',
  shortName: 'slt',
} as const;
