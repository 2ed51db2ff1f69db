import { GROUP, LOAD_TEST, SCHEDULED_LOAD_TEST, SERVED_VERSION } from '../../api/common/group.ts';
import { MAX_LOAD_TEST_NAME, MAX_SCHEDULED_LOAD_TEST_NAME } from '../../api/common/names.ts';
import { loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import { scheduledLoadTestSpecSchema, scheduledLoadTestStatusSchema } from '../../api/scheduled/scheduled-loadtest.ts';
import { loadTestStatusSchema } from '../../api/status/loadtest-status.ts';
import { type Schema, structuralSchema } from './structural.ts';

/** One column of `kubectl get`. */
export interface Column {
  name: string;
  type: 'string' | 'integer' | 'boolean' | 'date';
  jsonPath: string;
  description: string;
  /** Above 0: only with `-o wide`. */
  priority?: number;
}

/** A kind as its CRD is made from: the schemas, and what only the API server needs. */
export interface Definition {
  names: { kind: string; plural: string; singular: string; shortName: string };
  description: string;
  /** Characters that a name may have. */
  maxName: number;
  spec: Schema;
  status: Schema;
  /** Rules of the whole object, where the status and the object before a change can be read. */
  rules: { rule: string; message: string }[];
  columns: Column[];
}

const AGE: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Since when the object exists.',
};

const text = (name: string, jsonPath: string, description: string, priority?: number): Column => ({
  name,
  type: 'string',
  jsonPath,
  description,
  ...(priority === undefined ? {} : { priority }),
});

const condition = (type: string, field: string) => `.status.conditions[?(@.type=="${type}")].${field}`;

/** What may change after the start, and the end: it is about the object, not about what was run. */
const CHANGEABLE = ['ttlSecondsAfterFinished'];

/**
 * CEL for "of the spec's fields only {@link CHANGEABLE} differ from before". Not by `self.spec.?field`, which is shorter:
 * the API server's cost estimate knows no bound for an optional value.
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
      'LoadTest is one run of a load test, as a Job is one run of a program: what is tested, how much load, and which SLO decides.',
    maxName: MAX_LOAD_TEST_NAME,
    spec: loadTestSpec,
    status: structuralSchema(loadTestStatusSchema),
    rules: [
      {
        // A test may also end before it starts: its spec is not valid, or exceeds a limit. A correction would be taken, and never run.
        rule: `!has(oldSelf.status) || (!has(oldSelf.status.startTime) && !has(oldSelf.status.completionTime)) || (${unchanged(loadTestSpec)})`,
        message: 'spec is immutable once the test has started or ended; create a new LoadTest to run it again',
      },
    ],
    columns: [
      text('Status', condition('Complete', 'reason'), 'How far the test is, or how it ended.'),
      {
        name: 'Runners',
        type: 'integer',
        jsonPath: '.status.runners.ready',
        description: 'Runners that are ready or past it.',
      },
      text('Rate', '.status.rate.achieved', 'Responses a second.'),
      text('P99', '.status.responseTime.p99', '99th percentile of the response time.'),
      text('Errors', '.status.errorShare', 'Share of the requests that went wrong.'),
      text('Passed', condition('Passed', 'status'), 'Whether every threshold held.'),
      text('Target', '.spec.target.url', 'What is tested.', 1),
      AGE,
    ],
  },
  {
    names: SCHEDULED_LOAD_TEST,
    description: 'ScheduledLoadTest makes LoadTests on a schedule, as a CronJob makes Jobs.',
    maxName: MAX_SCHEDULED_LOAD_TEST_NAME,
    spec: structuralSchema(scheduledLoadTestSpecSchema),
    status: structuralSchema(scheduledLoadTestStatusSchema),
    rules: [],
    columns: [
      text('Schedule', '.spec.schedule', 'When runs start.'),
      text('Timezone', '.spec.timeZone', 'The time zone of the schedule.'),
      { name: 'Suspend', type: 'boolean', jsonPath: '.spec.suspend', description: 'Whether no new runs start.' },
      text('Active', '.status.active[*].name', 'LoadTests that have not ended.'),
      {
        name: 'Last Schedule',
        type: 'date',
        jsonPath: '.status.lastScheduleTime',
        description: 'When a run last started.',
      },
      text('Last Result', '.status.history[0].passed', 'Whether the run that ended last passed.'),
      AGE,
    ],
  },
];

/** The CustomResourceDefinition that a cluster is given. */
export function customResourceDefinition({ names, description, maxName, spec, status, rules, columns }: Definition) {
  const { shortName, ...others } = names;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${GROUP}` },
    spec: {
      group: GROUP,
      // Not `loadtest`: kubectl takes a category before a singular name, and would refuse `kubectl get loadtest NAME`.
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
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object', properties: { name: { type: 'string', maxLength: maxName } } },
                spec: { description: 'What is wanted.', ...spec },
                status: { description: 'What is; written by the operator.', ...status },
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
