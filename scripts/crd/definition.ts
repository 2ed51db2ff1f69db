import { GROUP, LOAD_TEST, SCHEDULED_LOAD_TEST, SERVED_VERSION } from '../../api/common/group.ts';
import { MAX_LOAD_TEST_NAME, MAX_SCHEDULED_LOAD_TEST_NAME } from '../../api/common/names.ts';
import { loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import { scheduledLoadTestSpecSchema, scheduledLoadTestStatusSchema } from '../../api/scheduled/scheduled-loadtest.ts';
import { loadTestStatusSchema } from '../../api/status/loadtest-status.ts';
import { type Schema, structuralSchema } from './structural.ts';

/** One column of `kubectl get`. */
export interface Column {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  jsonPath: string;
  description: string;
  /** Above 0: only with `-o wide`. */
  priority?: number;
}

/** A kind as the source of its CRD: the schemas, and the parts that only the API server needs. */
export interface Definition {
  names: { kind: string; plural: string; singular: string; shortName: string };
  description: string;
  /** Maximum length of a name. */
  maxName: number;
  spec: Schema;
  status: Schema;
  /** Rules of the whole object, which can read the status and the previous object. */
  rules: { rule: string; message: string; fieldPath: string }[];
  columns: Column[];
}

const AGE: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since the creation of the object.',
};

const text = (name: string, jsonPath: string, description: string, priority?: number): Column => ({
  name,
  type: 'string',
  jsonPath,
  description,
  ...(priority === undefined ? {} : { priority }),
});

const condition = (type: string, field: string) => `.status.conditions[?(@.type=="${type}")].${field}`;

/** Fields that may change after the start and the end: they concern the object, not the run. */
const CHANGEABLE = ['ttlSecondsAfterFinished'];

/**
 * CEL for "only the fields {@link CHANGEABLE} of the spec have changed". The shorter `self.spec.?field` is not possible:
 * the API server's cost estimate has no bound for an optional value.
 */
function unchanged({ properties = {}, required = [] }: Schema): string {
  return Object.entries(properties)
    .filter(([field]) => !CHANGEABLE.includes(field))
    .map(([field, schema]) => {
      const [now, before] = [`self.spec.${field}`, `oldSelf.spec.${field}`];
      const always = required.includes(field) || schema.default !== undefined;
      return always ? `${now} == ${before}` : `has(${now}) == has(${before}) && (!has(${now}) || ${now} == ${before})`;
    })
    .join(' && ');
}

const loadTestSpec = structuralSchema(loadTestSpecSchema);

export const DEFINITIONS: Definition[] = [
  {
    names: LOAD_TEST,
    description:
      'LoadTest is one run of a load test, as a Job is one run of a program: its target, its load, and the SLO that decides the verdict.',
    maxName: MAX_LOAD_TEST_NAME,
    spec: loadTestSpec,
    status: structuralSchema(loadTestStatusSchema),
    rules: [
      {
        // A test may also end before it starts, because its spec is invalid or exceeds a limit. A correction would be accepted and never run.
        rule: `!has(oldSelf.status) || (!has(oldSelf.status.startTime) && !has(oldSelf.status.completionTime)) || (${unchanged(loadTestSpec)})`,
        message: 'spec is immutable once the test has started or ended; create a new LoadTest to run it again',
        fieldPath: '.spec',
      },
    ],
    columns: [
      text('Status', condition('Complete', 'reason'), 'Progress of the test, or the reason for its end.'),
      {
        name: 'Runners',
        type: 'integer',
        jsonPath: '.status.runners.ready',
        description: 'Runners that are ready, or have been.',
      },
      text('Rate', '.status.rate.achieved', 'Responses per second; with requestOrder Sequential, complete iterations.'),
      {
        name: 'Capacity',
        type: 'number',
        jsonPath: '.status.capacity.rate',
        description: 'Capacity that a search has found, arrivals per second.',
      },
      text('P99', '.status.responseTime.p99', '99th percentile of the response time.'),
      text('Errors', '.status.errorShare', 'Share of errors.'),
      text('Passed', condition('Passed', 'status'), 'Verdict: whether the test passed.'),
      text('Target', '.spec.target.url', 'URL of the target.', 1),
      AGE,
    ],
  },
  {
    names: SCHEDULED_LOAD_TEST,
    description: 'ScheduledLoadTest creates LoadTests on a schedule, as a CronJob creates Jobs.',
    maxName: MAX_SCHEDULED_LOAD_TEST_NAME,
    spec: structuralSchema(scheduledLoadTestSpecSchema),
    status: structuralSchema(scheduledLoadTestStatusSchema),
    rules: [],
    columns: [
      text('Schedule', '.spec.schedule', 'Schedule of the runs.'),
      text('Timezone', '.spec.timeZone', 'Time zone of the schedule.'),
      { name: 'Suspend', type: 'boolean', jsonPath: '.spec.suspend', description: 'Whether no new runs start.' },
      text('Active', '.status.activeNames', 'LoadTests that have not ended.'),
      {
        name: 'Last Schedule',
        type: 'date',
        jsonPath: '.status.lastScheduleTime',
        description: 'Time of the latest run.',
      },
      text('Last Result', '.status.history[0].passed', 'Verdict of the run that ended last.'),
      text('P99', '.status.history[0].p99', '99th percentile of the response time of that run.'),
      {
        ...text('Capacity', '.status.history[0].capacity.rate', 'Capacity that it found, arrivals per second.'),
        type: 'number',
      },
      text('Regressed', condition('Regressed', 'status'), 'Whether that run is worse than its baseline.'),
      text('Release', '.status.history[0].release', 'Release that it tested.', 1),
      text('Next Schedule', '.status.nextScheduleTime', 'Time of the next run.', 1),
      text('Last Reason', '.status.history[0].reason', 'Reason of that verdict.', 1),
      AGE,
    ],
  },
];

/** The CustomResourceDefinition of a kind. */
export function customResourceDefinition({ names, description, maxName, spec, status, rules, columns }: Definition) {
  const { shortName, ...others } = names;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${GROUP}` },
    spec: {
      group: GROUP,
      // Not `loadtest`: kubectl prefers a category to a singular name and would reject `kubectl get loadtest NAME`.
      names: { ...others, listKind: `${names.kind}List`, shortNames: [shortName], categories: ['loadtesting'] },
      scope: 'Namespaced',
      versions: [
        {
          name: SERVED_VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: {
            openAPIV3Schema: {
              description,
              type: 'object',
              properties: {
                apiVersion: { description: 'Group and version of the schema.', type: 'string' },
                kind: { description: 'Kind of the object.', type: 'string' },
                metadata: {
                  type: 'object',
                  properties: { name: { description: 'Name of the object.', type: 'string', maxLength: maxName } },
                },
                spec: { description: 'Desired test.', ...spec },
                status: { description: 'Observed state and result, written by the operator.', ...status },
              },
              required: ['spec'],
              ...(rules.length > 0 ? { 'x-kubernetes-validations': rules } : {}),
            },
          },
        },
      ],
    },
  };
}
