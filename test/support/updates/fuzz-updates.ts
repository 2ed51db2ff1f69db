import { loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import { seededRandom } from '../../../model/common/random.ts';
import { intervalsBetween } from '../../../model/compare/intervals.ts';
import { impossibleNumbers } from '../../../model/measure/possible/impossible-numbers.ts';
import { summarise } from '../../../model/measure/summary.ts';
import type { RunnerUpdate } from '../../../model/wire/runner-update.ts';
import { decodeTerminationMessage, encodeTerminationMessage } from '../../../model/wire/termination-message.ts';
import { parseUpdate } from '../../../operator/runner-endpoint/parse-update.ts';
import { mutatedUpdates, SNAPSHOT } from './mutated-updates.ts';

/** What became of the bodies, and an example of each kind that must not be. */
export type FuzzedUpdates = { taken: number; refused: number; faults: Map<string, string> };

const NAMES = SNAPSHOT.requests.map(({ name }) => name);
const SPEC = loadTestSpecSchema.parse({
  target: { url: 'http://target' },
  load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
  requests: NAMES.map((name) => ({ name })),
});
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/**
 * Reads mutated bodies as the operator does. Each is taken or refused with a sentence; what is taken can be merged with that of another runner,
 * makes finite figures, and survives a termination message.
 */
export function fuzzUpdates(cases: number, seed: number): FuzzedUpdates {
  const next = mutatedUpdates(seededRandom(seed));
  const result: FuzzedUpdates = { taken: 0, refused: 0, faults: new Map() };
  for (let n = 0; n < cases; n++) {
    const body = next();
    try {
      const parsed = parseUpdate(body);
      if ('error' in parsed) {
        result.refused++;
        if (parsed.status !== 400 || parsed.error === '') throw new Error('a refusal without a reason');
      } else {
        result.taken++;
        use(parsed.update);
      }
    } catch (error) {
      result.faults.set((error as Error).message.slice(0, 200), body.toString('latin1').slice(0, 500));
    }
  }
  return result;
}

/** Does with an update what the operator does with those that it has taken. */
function use({ phase, message, snapshot, intervals }: RunnerUpdate): void {
  if (CONTROL.test(message ?? '')) throw new Error('a control character in a message');
  if (intervals !== undefined && intervals !== 'Kept') intervalsBetween(intervals, SPEC);
  // The endpoint refuses the requests of another spec.
  if (snapshot === undefined || snapshot.requests.map(({ name }) => name).join() !== NAMES.join()) return;
  if (CONTROL.test(JSON.stringify(snapshot.errors.map(({ example }) => example))))
    throw new Error('a control character');
  const summary = summarise(SPEC, [snapshot, SNAPSHOT]);
  const figures = { counts: summary.counts, elapsed: summary.elapsedMs, cpu: summary.cpu, rate: summary.rate };
  JSON.stringify(figures, (key, value) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${key} is ${value}`);
    return value;
  });
  const text = encodeTerminationMessage({ phase, snapshot });
  const left = text === undefined ? undefined : decodeTerminationMessage(text, NAMES);
  if (left?.snapshot === undefined) throw new Error('a termination message that cannot be read');
  const problem = impossibleNumbers(left.snapshot, 'Partial');
  if (problem !== undefined) throw new Error(problem);
}
