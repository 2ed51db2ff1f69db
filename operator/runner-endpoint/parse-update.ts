import { runnerUpdateSchema } from '../../api/protocol/runner-update.ts';
import { impossibleEnds } from '../../model/compare/impossible-ends.ts';
import { impossibleNumbers } from '../../model/measure/possible/impossible-numbers.ts';
import { decodeRunnerUpdate, type RunnerUpdate } from '../../model/wire/runner-update.ts';
import { jsonExcess } from './json-excess.ts';
import type { Refusal } from './refusal.ts';

/** An update, and the bytes that its histograms take in memory. */
export type ParsedUpdate = { update: RunnerUpdate; packedBytes: number };

/**
 * A runner update whose histograms can be decoded and whose numbers can be; else a refusal that names the field. Every step stops at the first
 * problem, because a sender that means harm would make all of them.
 */
export function parseUpdate(body: Buffer): ParsedUpdate | Refusal {
  const excess = jsonExcess(body);
  if (excess !== undefined) return { status: 400, error: excess };
  const json = parseJson(body.toString());
  if (json === undefined) return { status: 400, error: 'the body is not JSON' };
  const parsed = runnerUpdateSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { status: 400, error: `${issue!.path.join('.') || 'update'}: ${issue!.message}` };
  }
  const decoded = decodeRunnerUpdate(parsed.data);
  if ('problem' in decoded) return { status: 400, error: decoded.problem };
  const problem = impossible(decoded.update);
  return problem === undefined ? decoded : { status: 400, error: problem };
}

function impossible({ phase, snapshot, trial, intervals }: RunnerUpdate): string | undefined {
  const inSnapshot = snapshot && impossibleNumbers(snapshot, phase === 'Finished' ? 'Final' : 'Live');
  if (inSnapshot !== undefined) return `snapshot.${inSnapshot}`;
  const inTrial = trial?.snapshot && impossibleNumbers(trial.snapshot, 'Partial');
  if (inTrial !== undefined) return `trial.snapshot.${inTrial}`;
  const inIntervals = intervals === undefined || intervals === 'Kept' ? undefined : impossibleEnds(intervals);
  return inIntervals && `windows.${inIntervals}`;
}

/** The value of a JSON text; undefined for any other text, as JSON has no such value. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
