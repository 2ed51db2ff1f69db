import { runnerUpdateSchema } from '../../api/protocol/runner-update.ts';
import { identityProblems } from '../../model/measure/counters.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
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
  const { update } = decoded;
  const wrong = [...wrongCounts('snapshot', update.snapshot), ...wrongCounts('trial.snapshot', update.trial?.snapshot)];
  return wrong.length === 0 ? { update } : { status: 400, error: wrong.join('; ') };
}

function wrongCounts(field: string, snapshot: Snapshot | undefined): string[] {
  return (snapshot?.requests ?? []).flatMap((r, i) =>
    identityProblems(r.counts).map((problem) => `${field}.requests.${i}.counts: ${problem}`),
  );
}
