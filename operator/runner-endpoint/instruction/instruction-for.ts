import type { Instruction } from '../../../api/protocol/instruction.ts';
import type { TrialPlan } from '../../../api/protocol/trial.ts';
import { trialPlanOf } from '../../../model/capacity/trial/trial-plan.ts';
import type { RunnerUpdate } from '../../../model/wire/runner-update.ts';
import type { LoadTestResource } from '../../loadtest/resources/loadtest-resource.ts';
import { refusedText } from '../../loadtest/runners/loss.ts';
import type { UpdateStore } from '../../updates/update-store.ts';
import { type EndpointDependencies, incomingOf, replicasOf } from '../dependencies.ts';
import type { RunnerIdentity } from '../identity/runner-identity.ts';
import { isLatecomer } from '../incoming.ts';
import { mayDeliverIntervals } from '../polling.ts';
import { instruct, stopLost } from './instruction.ts';
import { trialStartMs } from './trial-start.ts';

/** The current instruction for a runner that has sent `update`. */
export function instructionFor(
  dependencies: EndpointDependencies,
  runner: RunnerIdentity,
  update: RunnerUpdate,
): Instruction {
  const { updates, addresses, now } = dependencies;
  const { uid, index } = runner;
  const incoming = incomingOf(dependencies, runner, update);
  const { test } = incoming;
  const nowMs = now();
  return instruct({
    nowMs,
    addresses,
    test,
    index,
    update,
    stopReason: isLatecomer(incoming) ? 'the load has started without this pod' : updates.stopReason(uid),
    setup: test?.spec?.script === undefined ? undefined : updates.of(uid).get(0)?.update.setup,
    tearsDown: updates.tearsDown(uid),
    mayDeliverIntervals: mayDeliverIntervals(index, updates.intervals(uid)?.by),
    trial: trialOf(updates, uid, test, nowMs),
    endedTrial: updates.endedTrial(uid),
  });
}

/** The newest trial of a search, with the start that its runners have in common. */
function trialOf(
  updates: UpdateStore,
  uid: string,
  test: LoadTestResource | undefined,
  nowMs: number,
): TrialPlan | undefined {
  const plan = test && trialPlanOf(test.status);
  if (plan === undefined) return undefined;
  const { number } = plan;
  const replicas = replicasOf(test);
  const isTakenUp = () => [...updates.of(uid).values()].some(({ update }) => update.trial?.number === number);
  const startAtMs = updates.trialStartMs(uid, number, (knowsRunners) =>
    trialStartMs(plan, { nowMs, replicas, knowsRunners, isTakenUp: isTakenUp() }),
  );
  return { ...plan, startAtMs };
}

/** The instruction for a runner that counts as lost because of what it sent: nothing more is read from it. Undefined for any other. */
export function instructionForLost(
  dependencies: EndpointDependencies,
  runner: RunnerIdentity,
): Instruction | undefined {
  const { known, test } = incomingOf(dependencies, runner, { phase: 'Failed' });
  if (known?.refused === undefined || known.podUid !== runner.podUid) return undefined;
  return stopLost({ test, reason: refusedText(known.refused), nowMs: dependencies.now() });
}
