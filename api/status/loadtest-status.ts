import * as z from 'zod';
import { textOf } from '../common/rule.ts';
import { MAX_ADDRESSES, MAX_KEPT_TRACES, MAX_OUTCOMES, MAX_UNEXPECTED } from '../common/sizes.ts';
import { capacitySchema } from './capacity.ts';
import { comparisonSchema, intervalsSchema } from './comparison.ts';
import { conditionsSchema } from './conditions.ts';
import { ENDS, ERROR_COUNTERS } from './counters.ts';
import { countsSchema } from './counts.ts';
import { NOTIFICATION_TYPES } from './notification-types.ts';

const count = z.int().min(0);
const text = z.string().max(1024);
const time = z.string().max(64).meta({ format: 'date-time' });

const useSchema = {
  requests: count.describe('Requests written, including redirects.'),
  connections: count.describe('Connections opened.'),
};

/** The address of a trace in a tracing backend. */
const TRACE_URL = /^https?:[/][/][!#-;=?-[\]_a-z{|}~]+$/;

/** Durations as text with three significant digits, the resolution of the histograms. */
const timesSchema = z.strictObject({
  min: text.describe('Shortest time.'),
  mean: text.describe('Mean.'),
  p50: text.describe('50th percentile, the median.'),
  p90: text.describe('90th percentile.'),
  p95: text.describe('95th percentile.'),
  p99: text.describe('99th percentile.'),
  p999: text.describe('99.9th percentile.'),
  max: text.describe('Longest time.'),
});
export type Times = z.infer<typeof timesSchema>;

const bytesSchema = z.strictObject({
  sent: count.describe('Bytes of requests.'),
  received: count.describe('Bytes of responses.'),
});

/** An unexpected response, truncated and with values from Secrets redacted. */
export const unexpectedResponseSchema = z.strictObject({
  request: z.string().max(63).describe('Name of the request.'),
  status: z.int().describe('Status of the response.'),
  body: z.string().max(256).describe('At most the first 256 bytes of the body; *** replaces a value from a Secret.'),
  reason: z
    .string()
    .max(256)
    .optional()
    .describe(
      'The first expectation that the response does not meet, or the objection of the script; truncated and redacted, too.',
    ),
  count: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Responses like this, at least: of the same request, status and reason apart from numbers and identifiers. Absent: not counted.',
    ),
});
export type UnexpectedResponse = z.infer<typeof unexpectedResponseSchema>;

/** A threshold whose limits were broken: `max`, `min` or both are the broken ones. */
const thresholdViolationSchema = z.strictObject({
  metric: text.describe('Metric of the threshold.'),
  request: text.optional().describe('Name of its request; absent: all requests together.'),
  max: text.optional().describe('The limit that the observed value exceeds.'),
  min: text.optional().describe('The limit that the observed value is below.'),
  observed: text.describe('The value.'),
  over: text.optional().describe('The time that the observed value covers; absent: the whole load.'),
  heldAt: text
    .optional()
    .describe(
      'The rate that an open load asked for in the last ten seconds in which the threshold held. Absent: the load has asked for no more since.',
    ),
});
export type ThresholdViolation = z.infer<typeof thresholdViolationSchema>;

const stoppingSchema = z.strictObject({
  by: z.enum(['Threshold', 'Annotation']).describe('A threshold with `abort`, or the annotation loadtest.dev/stop.'),
  violations: z
    .array(thresholdViolationSchema)
    .max(32)
    .optional()
    .describe(
      'The thresholds that did not hold, each with its broken limits and the value over about the last ten seconds.',
    ),
});
export type Stopping = z.infer<typeof stoppingSchema>;

const responseCountSchema = z.strictObject({
  status: z.int().describe('Status: of HTTP from 100 on, of gRPC from 0 to 16.'),
  name: text.optional().describe('Name of the status, of gRPC only, such as UNAVAILABLE.'),
  count: count.describe('Responses with it.'),
});

export const loadTestStatusSchema = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that the status is about.'),
  conditions: conditionsSchema.describe('Accepted, Ready, Running, Complete, Passed and GeneratorSaturated.'),
  startTime: time.optional().describe('When the operator began to create the runners.'),
  loadStartTime: time.optional().describe("When all runners began to send, by the operator's clock."),
  loadEndTime: time.optional().describe('When the last runner had ended its load, by the time that it measured.'),
  completionTime: time.optional().describe('When the result was complete.'),
  runners: z
    .strictObject({
      desired: count.describe('Runners of the spec.'),
      ready: count.describe('Runners that are ready, or have been.'),
      succeeded: count.describe('Runners that ended with a final update.'),
      lost: count.describe('Runners that ended without one.'),
    })
    .optional()
    .describe('Numbers of runners.'),
  stopping: stoppingSchema
    .optional()
    .describe('Why the load is ending before its plan does; absent before that, and again once the test is complete.'),
  counts: countsSchema.optional().describe('Counters of the whole test.'),
  maxInFlight: count
    .optional()
    .describe(
      'The most requests in flight at once; with several threads or runners the sum of the largest number of each, an upper bound.',
    ),
  rate: z
    .strictObject({
      target: text.optional().describe('Average rate that an open load asks for.'),
      achieved: text.describe('Responses received, or complete iterations with requestOrder Sequential.'),
    })
    .optional()
    .describe(
      'Per second: the average rate that an open load asks for, and the responses during the load; with requestOrder Sequential, complete iterations.',
    ),
  errorShare: text
    .optional()
    .describe(
      `(${ERROR_COUNTERS.join(' + ')}) / (${ENDS.join(' + ')}): the errors among what has ended, which at the end are all arrivals. Absent while nothing has.`,
    ),
  responseTime: timesSchema
    .optional()
    .describe('From the intended arrival to the last byte, including requests that timed out.'),
  firstByte: timesSchema
    .optional()
    .describe(
      'From the intended arrival to the first byte of the response, including requests that timed out before it.',
    ),
  serviceTime: timesSchema
    .optional()
    .describe('From the write of the request to the last byte, including requests that timed out.'),
  requests: z
    .array(
      z.strictObject({
        name: text.describe('Name of the request.'),
        counts: countsSchema.describe('Its counters.'),
        responseTime: timesSchema.optional().describe('From the intended arrival to the last byte.'),
        events: z
          .strictObject({
            received: count.describe('Events that were received.'),
            first: timesSchema.optional().describe('From the intended arrival to the first event of a stream.'),
            between: timesSchema.optional().describe('From an event to the next one of its stream.'),
          })
          .optional()
          .describe('Server-sent events; absent: none.'),
        bytes: bytesSchema.optional().describe('Its bytes before encryption.'),
        firstByte: timesSchema.optional().describe('From the intended arrival to the first byte of the response.'),
        serviceTime: timesSchema.optional().describe('From the write of the request to the last byte.'),
        responses: z
          .array(responseCountSchema)
          .max(MAX_OUTCOMES)
          .optional()
          .describe('The ten most frequent statuses; absent for a single request.'),
        errors: z
          .array(z.strictObject({ kind: text.describe('Kind of error.'), count: count.describe('Requests with it.') }))
          .max(MAX_OUTCOMES)
          .optional()
          .describe('The ten most frequent kinds of errors; absent for a single request.'),
      }),
    )
    .max(32)
    .optional()
    .describe('Results of each request of the spec.'),
  responses: z.array(responseCountSchema).max(1000).optional().describe('Number of responses by status.'),
  errors: z
    .array(
      z.strictObject({
        kind: text.describe('Kind of error; see docs/errors.md.'),
        count: count.describe('Requests with it.'),
        example: text.describe('Message of one of them.'),
        first: text.optional().describe('Time of the first occurrence, since the load began.'),
        last: text.optional().describe('Time of the last occurrence, since the load began.'),
      }),
    )
    .max(100)
    .optional()
    .describe('Errors by kind.'),
  unexpected: z
    .array(unexpectedResponseSchema)
    .max(MAX_UNEXPECTED)
    .optional()
    .describe(
      'Examples of unexpected responses. Responses of a new kind take precedence over those that differ only in numbers and identifiers.',
    ),
  bytes: bytesSchema
    .optional()
    .describe(
      'Bytes of the requests and their responses before encryption, with heads and framing; over HTTP/2 those of their own frames. Absent: the transport, NodeHTTP2, counts none.',
    ),
  connections: z
    .strictObject({
      opened: count.describe('Connections that were opened.'),
      reused: count.describe('Requests, redirects included, sent on a connection that had carried another one.'),
      dns: timesSchema.optional().describe('Times of the resolutions of a name; absent: none.'),
      connect: timesSchema.optional().describe('Times of the TCP connects.'),
      tls: timesSchema.optional().describe('Times of the TLS handshakes; absent: none.'),
    })
    .optional()
    .describe('Connections to the target, those of the preflight not included.'),
  redirects: count.optional().describe('Redirects followed, in addition to the requests made. Absent: none.'),
  messages: count.optional().describe('Messages of the streams that the server sent. Absent: none.'),
  addresses: z
    .array(z.strictObject({ address: text.describe('IP address, or path of the Unix socket.'), ...useSchema }))
    .max(MAX_ADDRESSES)
    .optional()
    .describe('The addresses of the target, or of its proxy, with the most requests; without those of lost runners.'),
  otherAddresses: z
    .strictObject(useSchema)
    .optional()
    .describe('What went to all other addresses together. Absent: there are none.'),
  traces: z
    .array(
      z.strictObject({
        kept: z
          .enum(['Slowest', 'Unexpected'])
          .describe('Slowest: one of the slowest requests. Unexpected: an unexpected response or an error.'),
        traceId: z.string().max(32).describe('Identifier of the trace.'),
        request: text.describe('Name of the request.'),
        outcome: text.describe('Status of the response, or kind of error.'),
        responseTime: text.describe('From the intended arrival to the end.'),
        link: textOf(TRACE_URL, 'must be an http or https URL', { max: 2048 })
          .optional()
          .describe('Its address, by target.tracing.link.'),
      }),
    )
    .max(2 * MAX_KEPT_TRACES)
    .optional()
    .describe(
      'Requests with sampled traces (target.tracing): the ten slowest, then ten that were not as expected, of different kinds.',
    ),
  thresholds: z
    .array(
      z.strictObject({
        metric: text.describe('Metric of the threshold.'),
        request: text.optional().describe('Name of its request; absent: all requests together.'),
        max: text.optional().describe('Its upper limit.'),
        min: text.optional().describe('Its lower limit.'),
        observed: text.optional().describe('Value of the metric; absent: nothing was measured.'),
        passed: z.boolean().describe('Whether the threshold holds for sure.'),
        inconclusive: text
          .optional()
          .describe(
            'Why the run cannot tell whether the threshold holds; absent when it holds, and when it is broken for sure.',
          ),
        default: z.boolean().optional().describe('Marks the default threshold, for a spec without thresholds.'),
      }),
    )
    .max(32)
    .optional()
    .describe('Result of each threshold of the spec, or of the default one.'),
  capacity: capacitySchema.optional().describe('The search of a Capacity load, and its result.'),
  comparison: comparisonSchema.optional().describe('Comparison with the baseline of spec.compareWith.'),
  windows: intervalsSchema
    .optional()
    .describe(
      'The run in intervals of equal length, as a baseline for other tests. Only of a run that was not cut short.',
    ),
  generator: z
    .strictObject({
      saturated: z.boolean().describe('Whether the generator was the limit.'),
      pacingLagP99: text.optional().describe('99th percentile of the pacing lag: actual minus intended send time.'),
      cpu: text.describe('CPU time per runner, as a share of one core.'),
      throttled: text.optional().describe('Share of time in which the CPU limit throttled a runner; absent: no limit.'),
      gcPauseMax: text.optional().describe('Longest pause for garbage collection.'),
      gcShare: text.optional().describe('Share of time spent on garbage collection.'),
      transport: text.optional().describe('Transport of the requests: Lean, Undici, HTTP2 or NodeHTTP2.'),
    })
    .optional()
    .describe('Health of the load generator.'),
  dashboard: z
    .string()
    .max(2048)
    .regex(/^https?:[/][/]/)
    .optional()
    .describe(
      "Address of this test's dashboard in Grafana, over the time of its load. Absent before the load, and where the operator knows no Grafana.",
    ),
  report: z
    .strictObject({
      configMapRef: z.strictObject({ name: text.describe('Name of the ConfigMap.') }).describe('The ConfigMap.'),
    })
    .optional()
    .describe('ConfigMap that contains the full result as `report.json`.'),
  pendingNotifications: z
    .array(z.enum(NOTIFICATION_TYPES).describe('What happened.'))
    .max(NOTIFICATION_TYPES.length)
    .optional()
    .describe("Notifications that the operator's webhooks have not received yet. Absent: none."),
});
export type LoadTestStatus = z.infer<typeof loadTestStatusSchema>;
