import * as z from 'zod';
import { microseconds } from '../common/duration.ts';
import { API_VERSION, LOAD_TEST } from '../common/group.ts';
import { metadataSchema } from '../common/metadata/metadata.ts';
import { MAX_LOAD_TEST_NAME, MAX_RELEASE } from '../common/names.ts';
import { textOf, withRules } from '../common/rule.ts';
import { variablesIn } from '../common/template.ts';
import { compareWithSchema } from '../status/comparison.ts';
import { type LoadTestStatus, loadTestStatusSchema } from '../status/loadtest-status.ts';
import { dataSchema } from './data.ts';
import { loadOfRunnersRules, loadSchema, rateOfLoadRules, triedRatesRules } from './load/load.ts';
import { metricsOfProtocolsRules } from './metrics-of-protocols.ts';
import { type RequestSpec, requestsSchema } from './request.ts';
import { runnersSchema } from './runners.ts';
import { scriptSchema } from './script.ts';
import { targetSchema } from './target/target.ts';
import { DEFAULT_THRESHOLD, thresholdSchema, thresholdText } from './threshold.ts';
import { TEXT_PLACES, variablesOf } from './variables.ts';

/** The single request of a test without `requests`. */
const DEFAULT_REQUESTS = [{ name: 'default' }];

const checkedByTheServer = withRules(
  z.strictObject({
    target: targetSchema.describe('The system under test and the settings common to all requests.'),
    requests: requestsSchema.prefault(DEFAULT_REQUESTS).describe('Requests to send. Default: one GET of the target.'),
    requestOrder: z
      .enum(['Weighted', 'Sequential'])
      .default('Weighted')
      .describe(
        'Weighted: every iteration is one request, chosen by weight. Sequential: every iteration sends all requests in order, with its own cookies and extracted values; an error or an unexpected response ends it.',
      ),
    data: dataSchema.optional().describe('Rows of values for ${data.column} in the requests. Default: none.'),
    script: scriptSchema
      .optional()
      .describe('JavaScript module that builds requests and checks responses. Default: the spec does both.'),
    seed: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .describe(
        'Seed of ${random(1,100)}, ${uuid}, random rows and the order of weighted requests; the same seed sends the same requests. Default: a new seed for every run.',
      ),
    load: loadSchema.describe('The load: an open or a closed workload model, or a search for the capacity.'),
    runners: runnersSchema.prefault({}).describe('The pods that generate the load.'),
    thresholds: z
      .array(thresholdSchema)
      .max(32)
      .optional()
      .describe(
        `The SLO of the test: it passes only if all thresholds hold. Default, and for an empty list: ${thresholdText(DEFAULT_THRESHOLD)}.`,
      ),
    compareWith: compareWithSchema
      .optional()
      .describe('Baseline to compare the result with; a regression fails the test. Default: none.'),
    release: textOf(
      /^[-_.:+@/a-zA-Z0-9]+$/,
      'must be the label of a release: letters, digits, "-", "_", ".", ":", "+", "@" and "/"',
      { min: 1, max: MAX_RELEASE },
    )
      .optional()
      .describe('Label of the release under test, such as v42, for the history of a schedule. Default: none.'),
    ttlSecondsAfterFinished: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .describe(
        'Deletes the LoadTest this many seconds after its completion, unless a GitOps tool tracks it, which would create it again. Default: never.',
      ),
    suspend: z.boolean().default(false).describe('While true, no runners are created.'),
  }),
  ...loadOfRunnersRules,
  ...rateOfLoadRules,
  ...triedRatesRules,
  ...metricsOfProtocolsRules,
  {
    cel: '!has(self.thresholds) || self.thresholds.all(t, !has(t.request) || self.requests.exists(r, r.name == t.request))',
    message: 'every request named here must exist in requests',
    field: 'thresholds',
    test: (v) =>
      (v.thresholds ?? []).every((t) => t.request === undefined || v.requests.some((r) => r.name === t.request)),
  },
  {
    cel: 'self.requests.all(r, has(r.grpc) == has(self.target.grpc))',
    message: 'must be set for gRPC calls, and only then: all requests of a test are gRPC calls, or none is',
    field: 'target.grpc',
    test: (v) => v.requests.every((r) => (r.grpc === undefined) === (v.target.grpc === undefined)),
  },
  {
    cel: "!has(self.target.grpc) || (has(self.target.http) && self.target.http.version == 'HTTP2' && self.target.http.maxRedirects == 0)",
    message: 'must have version HTTP2 for gRPC calls, and no maxRedirects',
    field: 'target.http',
    test: ({ target: { grpc, http } }) => grpc === undefined || (http?.version === 'HTTP2' && http.maxRedirects === 0),
  },
  {
    cel: '!has(self.script) || !has(self.target.grpc)',
    message: 'is not possible for gRPC calls',
    field: 'script',
    test: (v) => v.script === undefined || v.target.grpc === undefined,
  },
  {
    cel: "!has(self.target.auth) || self.requests.all(r, !has(r.headers) || r.headers.all(h, h.name.lowerAscii() != 'authorization'))",
    message: 'target.auth already sets the header Authorization',
    field: 'target.auth',
    test: (v) =>
      v.target.auth === undefined ||
      v.requests.every((r) => (r.headers ?? []).every((h) => h.name.toLowerCase() !== 'authorization')),
  },
  {
    cel: "!has(self.target.auth) || self.requests.all(r, !has(r.grpc) || !has(r.grpc.metadata) || r.grpc.metadata.all(h, h.name != 'authorization'))",
    message: 'target.auth already sets the metadata authorization',
    field: 'target.auth',
    test: (v) =>
      v.target.auth === undefined ||
      v.requests.every(({ grpc }) => (grpc?.metadata ?? []).every(({ name }) => name !== 'authorization')),
  },
  {
    cel: "self.requestOrder == 'Sequential' || self.requests.all(r, !has(r.extract))",
    message: 'must be Sequential for requests that extract values',
    field: 'requestOrder',
    test: (v) => v.requestOrder === 'Sequential' || v.requests.every((r) => r.extract === undefined),
  },
  {
    cel: "self.requestOrder == 'Sequential' || self.requests.all(r, !has(r.thinkTime))",
    message: 'must be Sequential for requests with a think time',
    field: 'requestOrder',
    test: (v) => v.requestOrder === 'Sequential' || v.requests.every((r) => r.thinkTime === undefined),
  },
  {
    cel: "self.requestOrder == 'Weighted' || !has(self.requests[0].thinkTime)",
    message:
      'the first request of an iteration has no think time: between iterations users pause for load.closed.thinkTime',
    field: 'requests',
    test: (v) => v.requestOrder === 'Weighted' || v.requests[0]?.thinkTime === undefined,
  },
  {
    cel: "self.requestOrder == 'Weighted' || self.requests.all(r, r.weight == 1)",
    message: 'must be Weighted for requests with a weight',
    field: 'requestOrder',
    test: (v) => v.requestOrder === 'Weighted' || v.requests.every((r) => r.weight === 1),
  },
  {
    cel: "!has(self.script) || self.target.preflight != 'Request'",
    message: 'must be Connect or None for a test with a script: its requests and checks begin after its setup',
    field: 'target.preflight',
    test: (v) => v.script === undefined || v.target.preflight !== 'Request',
  },
  ...TEXT_PLACES.map(({ cel, texts }) => ({
    cel: `has(self.data) || self.requests.all(r, ${cel("contains('${data.')")})`,
    message: 'must be set for requests that use ${data.column}',
    field: 'data',
    test: (v: { data?: unknown; requests: RequestSpec[] }) =>
      v.data !== undefined ||
      !v.requests
        .flatMap(texts)
        .flatMap(variablesIn)
        .some((name) => name.startsWith('data.')),
  })),
);
/**
 * A request may use only values that an earlier request of the iteration extracts, which in CEL would exceed the cost limit. A stream of events
 * ends before its timeout.
 */
export const loadTestSpecSchema = checkedByTheServer.check((context) => {
  context.value.requests.forEach(({ expect }, i) => {
    if (expect?.eventsFor === undefined) return;
    const { timeout } = context.value.target;
    if (microseconds(expect.eventsFor) < microseconds(timeout)) return;
    context.issues.push({
      code: 'custom',
      input: expect.eventsFor,
      path: ['requests', i, 'expect', 'eventsFor'],
      message: `must be shorter than target.timeout, ${timeout}`,
    });
  });
  const extracted = new Set<string>();
  context.value.requests.forEach((request, i) => {
    const used = variablesOf(request).flatMap((v) => (v.startsWith('session.') ? [v.slice('session.'.length)] : []));
    const unknown = used.find((name) => !extracted.has(name));
    if (unknown !== undefined)
      context.issues.push({
        code: 'custom',
        input: request,
        path: ['requests', i],
        message: `uses \${session.${unknown}}, which no earlier request extracts`,
      });
    for (const { name } of request.extract ?? []) extracted.add(name);
  });
});
export type LoadTestSpec = z.output<typeof loadTestSpecSchema>;

/** A LoadTest manifest. */
export const loadTestSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(LOAD_TEST.kind),
  metadata: metadataSchema(MAX_LOAD_TEST_NAME),
  spec: loadTestSpecSchema,
  status: loadTestStatusSchema.optional(),
});

/** A LoadTest with its defaults applied, as the operator and the CLI use it. */
export type LoadTest = Omit<z.output<typeof loadTestSchema>, 'status'> & { status?: LoadTestStatus | undefined };
