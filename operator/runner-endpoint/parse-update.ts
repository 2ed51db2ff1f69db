import { runnerUpdateSchema } from '../../api/protocol/runner-update.ts';
import { identityProblems } from '../../model/measure/counters.ts';
import { decodeRunnerUpdate, type RunnerUpdate } from '../../model/wire/runner-update.ts';
import type { Refusal } from './refusal.ts';

/** A runner update whose histograms can be decoded and whose counts hold their identity; else a refusal that names the field. */
export function parseUpdate(body: unknown): { update: RunnerUpdate } | Refusal {
  const parsed = runnerUpdateSchema.safeParse(body);
  if (!parsed.success) {
    const error = parsed.error.issues.map((i) => `${i.path.join('.') || 'update'}: ${i.message}`).join('; ');
    return { status: 400, error };
  }
  const decoded = decodeRunnerUpdate(parsed.data);
  if ('problem' in decoded) return { status: 400, error: decoded.problem };
  const wrong = (decoded.update.snapshot?.requests ?? []).flatMap((r, i) =>
    identityProblems(r.counts).map((problem) => `snapshot.requests.${i}.counts: ${problem}`),
  );
  return wrong.length === 0 ? { update: decoded.update } : { status: 400, error: wrong.join('; ') };
}
