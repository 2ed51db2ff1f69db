import type { Assignment } from '../../api/protocol/assignment.ts';
import type { RunnerUpdate } from '../../model/wire/runner-update.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import type { UpdateStore } from '../updates/update-store.ts';
import type { IdentityDependencies } from './identity/identify.ts';
import type { RunnerIdentity } from './identity/runner-identity.ts';
import type { Incoming } from './incoming.ts';

export type EndpointDependencies = IdentityDependencies & {
  test: (namespace: string, name: string) => LoadTestResource | undefined;
  updates: UpdateStore;
  addresses: Assignment['addresses'];
  /** Requests a reconcile of a LoadTest of so many runners. */
  enqueue: (key: string, replicas: number) => void;
};

/** An update of a runner, with what the operator knows of the runner and its LoadTest. */
export function incomingOf(
  { test: find, updates, now }: EndpointDependencies,
  runner: RunnerIdentity,
  update: RunnerUpdate,
): Incoming {
  // Another LoadTest may have taken the name.
  const found = find(runner.namespace, runner.name);
  const test = found?.metadata.uid === runner.uid ? found : undefined;
  return { update, runner, test, known: updates.of(runner.uid).get(runner.index), nowMs: now() };
}

export function replicasOf(test: LoadTestResource | undefined): number {
  return test?.spec?.runners.replicas ?? 1;
}
