import { isDeepStrictEqual } from 'node:util';
import { PHASES } from '../../api/protocol/runner-update.ts';
import { isTrue } from '../../api/status/conditions.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import type { ReceivedUpdate } from '../updates/received-update.ts';
import type { RunnerIdentity } from './identity/runner-identity.ts';
import type { Refusal } from './refusal.ts';

/** A valid update, as the checks see it: who sent it, the runner's LoadTest if it is there, and the newest update of that runner so far. */
export type Incoming = {
  update: RunnerUpdate;
  runner: RunnerIdentity;
  test: LoadTestResource | undefined;
  known: ReceivedUpdate | undefined;
  nowMs: number;
};

/** An update that a newer one of the same pod has overtaken: somebody sent it again, or the network delivered it late. */
export function overtaken({ update, runner, known }: Incoming): Refusal | undefined {
  if (known === undefined || known.podUid !== runner.podUid || !isOlder(update, known.update)) return undefined;
  return { status: 409, error: 'a later update of this runner is known' };
}

function isOlder(update: RunnerUpdate, known: RunnerUpdate): boolean {
  const order = (phase: RunnerUpdate['phase']) => PHASES.indexOf(phase === 'Failed' ? 'Finished' : phase);
  const measuredMs = (u: RunnerUpdate) => u.snapshot?.elapsedMs ?? -1;
  return order(update.phase) < order(known.phase) || measuredMs(update) < measuredMs(known);
}

/**
 * An update whose requests are not those of the spec, each at its position, so that it cannot be merged with those of other runners. An
 * image of another version (`runner.image`) may send one.
 */
export function foreignRequests(incoming: Incoming): Refusal | undefined {
  const { snapshot, trial } = incoming.update;
  const spec = incoming.test?.spec;
  if (spec === undefined || !isWanted(incoming)) return undefined;
  const wanted = namesIn(spec);
  const refusal = (field: string, sent: Snapshot | undefined): Refusal | undefined => {
    if (sent === undefined || isDeepStrictEqual(namesIn(sent), wanted)) return undefined;
    const names = namesIn(sent).join(', ') || 'none';
    return { status: 400, error: `${field}: must be those of the spec, ${wanted.join(', ')}, and not ${names}` };
  };
  return refusal('snapshot.requests', snapshot) ?? refusal('trial.snapshot.requests', trial?.snapshot);
}

function namesIn({ requests }: { requests: readonly { name: string }[] }): string[] {
  return requests.map(({ name }) => name);
}

/** How far the clocks of two nodes may differ: the start of the load may be by that of another operator. */
const MAX_SKEW_MS = 3600_000;

/** An update that has measured for longer than the load has lasted. */
export function longerThanLoad({ update, test, nowMs }: Incoming): Refusal | undefined {
  const elapsedMs = update.snapshot?.elapsedMs ?? 0;
  const since = test?.status.loadStartTime;
  if (since === undefined || elapsedMs <= nowMs - Date.parse(since) + MAX_SKEW_MS) return undefined;
  return { status: 400, error: `snapshot.elapsedMs: ${elapsedMs} is longer than the load has lasted` };
}

/** Whether an update counts: its test is not complete, and it comes from a pod that the load started with. */
export function isWanted(incoming: Incoming): incoming is Incoming & { test: LoadTestResource } {
  const { test } = incoming;
  return test !== undefined && !isLatecomer(incoming) && !isTrue(test.status.conditions, 'Complete');
}

/** Whether an update comes from the successor of a runner that the load started with. */
export function isLatecomer({ update, runner, test, known }: Incoming): boolean {
  if (test?.status.loadStartTime === undefined) return false;
  return update.phase === 'Starting' || (known !== undefined && known.podUid !== runner.podUid);
}
