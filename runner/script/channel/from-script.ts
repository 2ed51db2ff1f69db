import * as z from 'zod';
import { FIELDS } from './to-script.ts';

/** The longest message of a script's process, in bytes: that of a batch of requests with large bodies. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024;
/** The longest text in a message for people. */
const MAX_TEXT = 16 * 1024;

const text = z.string().max(MAX_TEXT);
const count = z.int().nonnegative();

/** The body of a request: none, text, the text of JSON, or a number of bytes in the frame. */
const bodySchema = z.union([
  z.null(),
  z.strictObject({ text: z.string() }),
  z.strictObject({ json: z.string() }),
  z.strictObject({ bytes: count }),
]);

/** The fields of a request that a script overrides, in the types of the messages but otherwise unchecked. */
const overrideSchema = z.strictObject({
  name: z.string().optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  headers: z.record(z.string(), z.string().nullable()).optional(),
  body: bodySchema.optional(),
});

/** The result of a call: of `request` null or an override, of `check` a verdict or the reason; of both an error. */
const resultSchema = z.union([
  z.strictObject({ override: overrideSchema }),
  z.boolean(),
  z.string(),
  z.null(),
  z.strictObject({ error: text }),
]);

const exportedSchema = z.strictObject({
  setup: z.boolean(),
  request: z.boolean(),
  check: z.boolean(),
  teardown: z.boolean(),
});

/** A message of the process of a script. A hostile script can send any. */
export const fromScriptSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('started') }),
  z.strictObject({ type: z.literal('loaded'), exported: exportedSchema }),
  /** The results of the first calls that have none yet, in order, and the CPU time of the process since the load began. */
  z.strictObject({ type: z.literal('results'), results: z.array(resultSchema), cpuMs: z.number().nonnegative() }),
  /** The script reads a field of a call for the first time and waits; calls are counted from the beginning of their message. */
  z.strictObject({ type: z.literal('need'), call: count, field: z.enum(FIELDS) }),
  /** The result of setup or teardown, as JSON. */
  z.strictObject({ type: z.literal('result'), json: z.string() }),
  /** Why the script cannot be loaded, or why its setup or teardown has failed. */
  z.strictObject({ type: z.literal('problem'), problem: text }),
  /** An error that nothing catches, which ends the process. */
  z.strictObject({ type: z.literal('uncaught'), problem: text }),
  /** The body is the bytes of the frame; null: none. */
  z.strictObject({
    type: z.literal('fetch'),
    id: count,
    url: z.string(),
    method: z.string(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    redirect: z.enum(['follow', 'error', 'manual']),
    body: z.boolean(),
  }),
  z.strictObject({ type: z.literal('abort'), id: count }),
  /** A part of what the script writes to the console. */
  z.strictObject({ type: z.literal('output'), text }),
]);

export type FromScript = z.infer<typeof fromScriptSchema>;
export type Exported = z.infer<typeof exportedSchema>;
export type Result = z.infer<typeof resultSchema>;
export type Override = z.infer<typeof overrideSchema>;
