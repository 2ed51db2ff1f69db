import * as z from 'zod';
import { MAX_UNEXPECTED } from '../common/sizes.ts';
import { capacitySchema } from './capacity.ts';
import { comparisonSchema, intervalsSchema } from './comparison.ts';
import { conditionsSchema } from './conditions.ts';
import { ENDS, ERROR_COUNTERS } from './counters.ts';
import { countsSchema } from './counts.ts';
import { addressesSchema, otherAddressesSchema } from './fields/addresses.ts';
import { bytesSchema } from './fields/bytes.ts';
import { connectionFiguresSchema } from './fields/connections.ts';
import { errorsSchema } from './fields/errors.ts';
import { generatorSchema } from './fields/generator.ts';
import { rateSchema } from './fields/rate.ts';
import { requestResultsSchema } from './fields/requests.ts';
import { responseCountSchema } from './fields/responses.ts';
import { runnerNumbersSchema } from './fields/runners.ts';
import { count, text, time } from './fields/scalars.ts';
import { stoppingSchema } from './fields/stopping.ts';
import { thresholdResultsSchema } from './fields/thresholds.ts';
import { timesSchema } from './fields/times.ts';
import { tracesSchema } from './fields/traces.ts';
import { unexpectedResponseSchema } from './fields/unexpected.ts';
import { NOTIFICATION_TYPES } from './notification-types.ts';

/** The status of a LoadTest; fields/ has those of its fields that are objects. */
export const loadTestStatusSchema = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that the status is about.'),
  conditions: conditionsSchema.describe('Accepted, Ready, Running, Complete, Passed and GeneratorSaturated.'),
  startTime: time.optional().describe('When the operator began to create the runners.'),
  loadStartTime: time.optional().describe("When all runners began to send, by the operator's clock."),
  loadEndTime: time.optional().describe('When the last runner had ended its load, by the time that it measured.'),
  completionTime: time.optional().describe('When the result was complete.'),
  runners: runnerNumbersSchema.optional().describe('Numbers of runners.'),
  stopping: stoppingSchema
    .optional()
    .describe('Why the load is ending before its plan does; absent before that, and again once the test is complete.'),
  counts: countsSchema.optional().describe('Counters of the whole test.'),
  maxInFlight: count
    .optional()
    .describe(
      'The most requests in flight at once; with several threads or runners the sum of the largest number of each, an upper bound.',
    ),
  rate: rateSchema
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
  requests: requestResultsSchema.optional().describe('Results of each request of the spec.'),
  responses: z.array(responseCountSchema).max(1000).optional().describe('Number of responses by status.'),
  errors: errorsSchema.optional().describe('Errors by kind.'),
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
  connections: connectionFiguresSchema
    .optional()
    .describe('Connections to the target, those of the preflight not included.'),
  redirects: count.optional().describe('Redirects followed, in addition to the requests made. Absent: none.'),
  messages: count.optional().describe('Messages of the streams that the server sent. Absent: none.'),
  addresses: addressesSchema
    .optional()
    .describe('The addresses of the target, or of its proxy, with the most requests; without those of lost runners.'),
  otherAddresses: otherAddressesSchema
    .optional()
    .describe('What went to all other addresses together. Absent: there are none.'),
  traces: tracesSchema
    .optional()
    .describe(
      'Requests with sampled traces (target.tracing): the ten slowest, then ten that were not as expected, of different kinds.',
    ),
  thresholds: thresholdResultsSchema
    .optional()
    .describe('Result of each threshold of the spec, or of the default one.'),
  capacity: capacitySchema.optional().describe('The search of a Capacity load, and its result.'),
  comparison: comparisonSchema.optional().describe('Comparison with the baseline of spec.compareWith.'),
  windows: intervalsSchema
    .optional()
    .describe(
      'The run in intervals of equal length, as a baseline for other tests. Only of a run that was not cut short.',
    ),
  generator: generatorSchema.optional().describe('Health of the load generator.'),
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
