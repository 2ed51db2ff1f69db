import { GROUP } from './group.ts';

/** Labels on every object that the operator creates for a LoadTest. */
export const LABEL_TEST = `${GROUP}/name`;
export const LABEL_TEST_UID = `${GROUP}/uid`;
export const LABEL_SCHEDULE = `${GROUP}/scheduled-by`;
export const LABEL_MANAGED_BY = 'app.kubernetes.io/managed-by';
export const LABEL_COMPONENT = 'app.kubernetes.io/component';
export const MANAGER = 'loadtest-operator';

/** The audience of the runners' projected tokens. */
export const TOKEN_AUDIENCE = 'loadtest-operator';

/** The container of a runner pod that generates the load. */
export const RUNNER_CONTAINER = 'runner';

/** The label that Kubernetes sets on the pods of an Indexed Job. */
export const LABEL_COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

/** Kueue's labels, copied from a LoadTest to its Job: the queue that admits the Job, and its priority in that queue. */
export const LABEL_QUEUE = 'kueue.x-k8s.io/queue-name';
export const LABEL_QUEUE_PRIORITY = 'kueue.x-k8s.io/priority-class';

/** On the Job, with a runner's index as suffix: the lost-runner record (api/protocol/termination-message.ts). */
export const ANNOTATION_LOST_RUNNER = `${GROUP}/lost-runner-`;

/** On a Job that replaces others before the load: what they were (api/protocol/predecessors.ts). */
export const ANNOTATION_PREDECESSORS = `${GROUP}/predecessors`;

/** On the pod of the leading operator, which receives the runner updates. */
export const LABEL_LEADER = `${GROUP}/leader`;

/** On a LoadTest, with any value but "false": ends the load now; the measurements so far are the result. */
export const ANNOTATION_STOP = `${GROUP}/stop`;

/** On a LoadTest: the scheduled time of its start. */
export const ANNOTATION_SCHEDULED_AT = `${GROUP}/scheduled-at`;

/** On a ScheduledLoadTest: a new value creates a run now, with any value but "false". */
export const ANNOTATION_TRIGGER = `${GROUP}/trigger`;

/** On a LoadTest: the value of the trigger that created it. */
export const ANNOTATION_TRIGGERED_BY = `${GROUP}/triggered-by`;

/** The part of a trigger's value that counts, in characters. */
export const MAX_TRIGGER = 253;

const MAX_NAME = 63;

/** The longest label of a release; Kubernetes' labels have the same limit. */
export const MAX_RELEASE = 63;

/** A LoadTest's name is used as a label value. */
export const MAX_LOAD_TEST_NAME = MAX_NAME;

/** Leaves room for "-" and ten digits: the name of a run ends with its time in minutes since 1970. CronJob has the same limit. */
export const MAX_SCHEDULED_LOAD_TEST_NAME = MAX_NAME - 11;

/**
 * `name-suffix`, cut to the length of a label value; the suffix is a hash of `unique`.
 * The same input always gives the same name, which makes creation idempotent.
 */
export function childName(name: string, unique: string): string {
  // Loaded lazily: the module takes 7 MiB and a runner does not need it.
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(unique).digest('hex').slice(0, 8);
  return `${cut(name, MAX_NAME - 1 - hash.length)}-${hash}`;
}

/** The beginning of a name, to which "-suffix" may be added: neither a dot nor a dash may be before that. */
function cut(name: string, length: number): string {
  return name.slice(0, length).replace(/[-.]+$/, '');
}

/** The name of the LoadTest that a schedule creates for a time. It is deterministic, so that creating it twice yields one object. */
export function scheduledTestName(schedule: string, scheduledMs: number): string {
  return `${schedule}-${Math.floor(scheduledMs / 60_000)}`;
}

/** The name of the LoadTest that a trigger creates: deterministic as well, so that one value yields one object. */
export function triggeredTestName(schedule: string, trigger: string): string {
  return childName(schedule, `trigger/${trigger}`);
}

/**
 * The name of the Job that runs a LoadTest: a DNS label, in contrast to that of the LoadTest, because it becomes the host name of its pods. An
 * Indexed Job appends "-index-random" to its pods' names.
 */
export function jobName(test: { name: string; uid: string }): string {
  return childName(cut(test.name.replaceAll('.', '-'), 40), test.uid);
}

/** The name of the ConfigMap that holds a LoadTest's full result. */
export function reportName(test: { name: string; uid: string }): string {
  return childName(`${cut(test.name, 45)}-report`, test.uid);
}

/** The id of the dashboard of one LoadTest in Grafana, and in its address: /d/loadtest. */
export const LOADTEST_DASHBOARD = 'loadtest';
