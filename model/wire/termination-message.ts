import {
  MAX_TERMINATION_MESSAGE_BYTES,
  type TerminationMessage,
  terminationMessageSchema,
} from '../../api/protocol/termination-message.ts';
import { zlib } from '../common/zlib.ts';
import { impossibleNumbers } from '../measure/possible/impossible-numbers.ts';
import { compactUpdate, expandUpdate, type Level } from './compact-update.ts';
import type { RunnerUpdate } from './runner-update.ts';

/**
 * Text that every message contains, for zlib to refer to: with it, the names of the counters take five bytes. It never changes, because a message
 * refers to it by positions, and a runner of another version writes and reads messages, too. A counter that it lacks takes as many bytes as its name.
 */
const dictionary = Buffer.from(
  '"message":"{"version":4,"counters":["generated","made","done","timeout","failed","dropped","aborted","unexpected","inFlight","pending",' +
    '"late","lateByGenerator","droppedByGenerator","abortedByGenerator"],"phase":"Finished","phase":"Running","startedAtMs":17,"elapsedMs":10000,' +
    '"requests":[{"counts":[0,0,0,0,0],"responseTime":[],"firstByte":[],"serviceTime":[],"withoutGenerator":{"responseTime":[],"firstByte":[],' +
    '"serviceTime":[]}}],"responses":[[200,"errors":[],"pacingLag":[],"cpuMs":100,"eventLoopUtilization":0.',
);

/** No message of a runner is longer once it is inflated. */
const MAX_JSON_BYTES = 256 * 1024;

/** Each level gives up more: first outcomes, then resolution, examples, rare responses and errors, and finally the times. */
const LEVELS: readonly Level[] = [
  { outcomes: true, bits: 7, example: 200, kinds: 1000 },
  { bits: 7, example: 200, kinds: 1000 },
  { bits: 6, example: 80, kinds: 100 },
  { bits: 5, example: 40, kinds: 50 },
  { bits: 4, example: 0, kinds: 20 },
  { bits: 3, example: 0, kinds: 10 },
  { bits: 2, example: 0, kinds: 10 },
  { bits: 1, example: 0, kinds: 5 },
  { bits: undefined, example: 0, kinds: 0 },
];

/**
 * The update of a runner under load in at most `limit` bytes of ASCII, at the finest level that fits. Counts are exact. Undefined without a
 * snapshot, or when not even the counts fit.
 */
export function encodeTerminationMessage(
  report: RunnerUpdate,
  limit = MAX_TERMINATION_MESSAGE_BYTES,
): string | undefined {
  for (const level of LEVELS) {
    const words = compactUpdate(report, level);
    if (words === undefined) return undefined;
    const text = zlib().deflateRawSync(JSON.stringify(words), { dictionary }).toString('base64');
    if (text.length <= limit) return text;
  }
  return undefined;
}

/**
 * The update that {@link encodeTerminationMessage} encoded, for a test with requests of these names; undefined for any other text, and for
 * numbers that cannot be.
 */
export function decodeTerminationMessage(text: string, names: readonly string[]): RunnerUpdate | undefined {
  const words = parse(text);
  const update = words && expandUpdate(words, names);
  if (update?.snapshot === undefined || impossibleNumbers(update.snapshot, 'Partial') !== undefined) return undefined;
  return update;
}

function parse(text: string): TerminationMessage | undefined {
  try {
    const json = zlib().inflateRawSync(Buffer.from(text.trim(), 'base64'), {
      dictionary,
      maxOutputLength: MAX_JSON_BYTES,
    });
    return terminationMessageSchema.safeParse(JSON.parse(json.toString())).data;
  } catch {
    return undefined;
  }
}
