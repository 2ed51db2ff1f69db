import { GROUP } from './group.ts';

/** Labels that the operator puts on everything it makes for a LoadTest. */
export const LABEL_TEST = `${GROUP}/name`;
export const LABEL_TEST_UID = `${GROUP}/uid`;
export const LABEL_SCHEDULE = `${GROUP}/scheduled-by`;
export const LABEL_MANAGED_BY = 'app.kubernetes.io/managed-by';
export const LABEL_COMPONENT = 'app.kubernetes.io/component';
export const MANAGER = 'loadtest-operator';

/** The audience of the runners' projected tokens. */
export const TOKEN_AUDIENCE = 'loadtest-operator';

/** The container of a runner pod that is ours. */
export const RUNNER_CONTAINER = 'runner';

/** Kubernetes' own label on the pods of an Indexed Job. */
export const LABEL_COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

/** Kueue's labels, which a LoadTest hands on to its Job: the queue that admits it, and its priority there. */
export const LABEL_QUEUE = 'kueue.x-k8s.io/queue-name';
export const LABEL_QUEUE_PRIORITY = 'kueue.x-k8s.io/priority-class';

/** With a runner's index behind it, on the Job: what is kept of a runner that was lost (see api/protocol/termination-message.ts). */
export const ANNOTATION_LOST_RUNNER = `${GROUP}/lost-runner-`;

/** On the operator's pod that leads, and so takes the runners' reports. */
export const LABEL_LEADER = `${GROUP}/leader`;

/** On a LoadTest, with any value but "false": its load is to end now, and what there is of it is its result. */
export const ANNOTATION_STOP = `${GROUP}/stop`;

/** When the schedule said that a LoadTest should start. */
export const ANNOTATION_SCHEDULED_AT = `${GROUP}/scheduled-at`;

const MAX_NAME = 63;

/** Names of LoadTests are values of labels. */
export const MAX_LOAD_TEST_NAME = MAX_NAME;

/** Leaves room for "-" and ten digits of the minutes since 1970, where a run's name says its time; CronJob's limit is the same. */
export const MAX_SCHEDULED_LOAD_TEST_NAME = MAX_NAME - 11;

/**
 * `name-suffix`, cut to what a pod's label value may be and made unique by a hash of `unique`:
 * the same input always gives the same name, which makes creating it idempotent.
 */
export function childName(name: string, unique: string): string {
  // Loaded here, as a runner has no need of it: it takes 7 MiB.
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(unique).digest('hex').slice(0, 8);
  return `${name.slice(0, MAX_NAME - 1 - hash.length).replace(/[-.]+$/, '')}-${hash}`;
}

/** The name of the LoadTest that a schedule makes for a time: made twice, it is there once. */
export function scheduledTestName(schedule: string, scheduledMs: number): string {
  return `${schedule}-${Math.floor(scheduledMs / 60_000)}`;
}

/** The name of the Job that runs a LoadTest. An Indexed Job appends "-index-random" to its pods' names. */
export function jobName(test: { name: string; uid: string }): string {
  return childName(test.name.slice(0, 40), test.uid);
}

/** The name of the ConfigMap that holds a LoadTest's full result. */
export function reportName(test: { name: string; uid: string }): string {
  return childName(`${test.name.slice(0, 45)}-report`, test.uid);
}
