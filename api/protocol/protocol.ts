import * as z from 'zod';
import { cidrSchema, hostPatternSchema } from '../common/operator-limits.ts';
import { MAX_SETUP_BYTES, MAX_UNEXPECTED } from '../common/sizes.ts';
import { loadTestSpecSchema } from '../loadtest/loadtest.ts';
import { countsSchema, unexpectedResponseSchema } from '../status/loadtest-status.ts';

/**
 * The one exchange between a runner and the operator: the runner POSTs its cumulative report, the answer is its instruction.
 * Which runner speaks follows from its token alone, so nothing in the message names it.
 */
export const RUNNER_UPDATE_PATH = '/v1/report';
export const MAX_UPDATE_BYTES = 4 * 1024 * 1024;
/** With this header (RFC 7240) a runner lets its answer be held for so many seconds, as long as it is to wait. */
export const LONG_POLL_HEADER = { prefer: 'wait=2' } as const;

/** An HdrHistogram of microseconds in the standard V2 compressed encoding, base64. */
const histogram = z.base64().max(256 * 1024);
const count = z.int().min(0);
const responses = z.array(z.strictObject({ status: z.int().min(0).max(999), count })).max(1000);
const kind = z.string().max(63);

/** What one runner (or one worker of it) has measured since the load began. All counters are cumulative. */
export const snapshotSchema = z.strictObject({
  elapsedMs: z.number().min(0).describe('Since the load began.'),
  requests: z
    .array(
      z.strictObject({
        name: z.string().max(63),
        counts: countsSchema.extend({
          inFlight: count,
          pending: count,
          late: count.describe('The part of done that was answered after the end of the load.'),
        }),
        responseTime: histogram,
        serviceTime: histogram,
        outcomes: z
          .strictObject({ responses, errors: z.array(z.strictObject({ kind, count })).max(100) })
          .optional()
          .describe('How its requests ended; absent for the only request, as those of all are its own.'),
      }),
    )
    .max(32),
  responses,
  errors: z
    .array(
      z.strictObject({
        kind,
        count,
        example: z.string().max(1024),
        firstMs: z.number().optional().describe('When the first came, since the load began; last words do not say it.'),
        lastMs: z.number().optional(),
      }),
    )
    .max(100),
  unexpected: z.array(unexpectedResponseSchema).max(MAX_UNEXPECTED).optional().describe('Examples; absent: none.'),
  redirects: count.optional().describe('Redirects that were followed; absent: none.'),
  pacingLag: histogram.describe('Actual minus intended send time.'),
  cpuMs: z.number().min(0).describe('CPU time that the generator used since the load began.'),
  eventLoopUtilization: z.number().min(0).max(1).describe('Since the load began.'),
  throttledMs: z
    .number()
    .min(0)
    .optional()
    .describe('For how long the CPU limit stopped the runner since the load began; absent: it has no limit.'),
  gc: z
    .strictObject({ count, totalMs: z.number().min(0), maxMs: z.number().min(0) })
    .optional()
    .describe('Garbage collections since the load began: how many, the time of all and of the longest.'),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/**
 * What was measured up to the end of a window, of all requests together; see docs/design/0034-comparison.md. Cumulative, so that a window
 * is a difference and adding up those of several runners is exact.
 */
const intervalEndSchema = z.strictObject({
  elapsedMs: z.number().min(0).describe('Since the load began; of several threads the mean of those that still ran.'),
  threads: z.int().min(1).describe('How many still ran.'),
  generated: count,
  done: count,
  errors: count.describe('timeout + failed + unexpected + dropped.'),
  responseTime: histogram,
});
export type IntervalEnd = z.infer<typeof intervalEndSchema>;

const intervalEndsSchema = z.strictObject({
  stepMs: z.number().min(1).describe('The length of a window.'),
  ends: z.array(intervalEndSchema).max(64),
  last: intervalEndSchema.describe('The end of the run.'),
});
export type IntervalEnds = z.infer<typeof intervalEndsSchema>;

/** Starting: has no assignment yet. Ready: waits at the barrier. Failed: cannot run, `message` says why. */
export const PHASES = ['Starting', 'Ready', 'Running', 'Finished', 'Failed'] as const;

/** Why a runner cannot run, where there is more to say than that it cannot. */
export const FAILURE_REASONS = ['ScriptInvalid', 'SetupFailed', 'AddressDenied'] as const;

const setup = z.string().max(MAX_SETUP_BYTES).optional();

export const runnerUpdateSchema = z.strictObject({
  phase: z.enum(PHASES),
  message: z.string().max(4096).optional(),
  reason: z.enum(FAILURE_REASONS).optional(),
  setup: setup.describe("Of runner 0, as soon as it is ready: what the script's setup answered with, as JSON."),
  teardown: z
    .strictObject({ state: z.enum(['Pending', 'Done', 'Failed']), message: z.string().max(1024).optional() })
    .optional()
    .describe("Of runner 0: how far the script's teardown is; absent: it has none."),
  startedAtMs: z
    .number()
    .optional()
    .describe("When the runner's load began, by the operator's clock; epoch milliseconds."),
  machine: z.string().max(256).optional().describe('With the final report: where the runner ran.'),
  snapshot: snapshotSchema.optional(),
  windows: z
    .union([z.literal('Kept'), intervalEndsSchema])
    .optional()
    .describe('With the final report: Kept until the operator wants them, as it does once.'),
});
export type RunnerUpdate = z.infer<typeof runnerUpdateSchema>;

/** What a runner is to run: the whole spec and which share of it. */
export const assignmentSchema = z.strictObject({
  test: z.strictObject({ namespace: z.string(), name: z.string(), uid: z.string() }),
  spec: loadTestSpecSchema,
  index: count,
  replicas: z.int().min(1),
  addresses: z
    .strictObject({
      denied: z.array(cidrSchema).max(64),
      allowed: z.array(cidrSchema).max(64).optional(),
      hosts: z.array(hostPatternSchema).max(64).optional(),
    })
    .optional()
    .describe(
      'Ranges of addresses that no connection is made to, exceptions from them, and hosts that a script may fetch from beside the target (default: all). Default: DENIED_ADDRESSES.',
    ),
});
export type Assignment = z.infer<typeof assignmentSchema>;

/**
 * Prepare: here is your assignment. Wait: at the barrier. Start: at `startAtMs`. Continue: go on with your plan.
 * Stop: end now and report what there is. TearDown: every runner has ended. Accepted: your final report is kept, exit.
 */
export const instructionSchema = z.strictObject({
  instruction: z.enum(['Prepare', 'Wait', 'Start', 'Continue', 'Stop', 'TearDown', 'Accepted']),
  nowMs: z.number().describe("The operator's clock when it answered; epoch milliseconds."),
  heldMs: z
    .number()
    .min(0)
    .optional()
    .describe('For how long the answer was held until there was something to do; absent: not at all.'),
  nextReportMs: z.number().min(0).describe('When the next report is due, from now.'),
  assignment: assignmentSchema.optional(),
  startAtMs: z.number().optional().describe("By the operator's clock; epoch milliseconds."),
  setup: setup.describe("With Start, for a test that has a script: what the script's setup answered with, as JSON."),
  reason: z.string().optional(),
  wantsIntervals: z
    .boolean()
    .optional()
    .describe('With Wait: whether the next report is to hold the windows of the run.'),
});
export type Instruction = z.infer<typeof instructionSchema>;
