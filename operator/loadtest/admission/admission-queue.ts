import type { OperatorLimits } from '../../../api/common/operator-limits.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import type { ResourceStore } from '../../kube/resource-store.ts';
import type { Resource } from '../../kube/types.ts';
import { isComplete, keyOf, type LoadTestResource, splitKey } from '../resources/loadtest-resource.ts';
import { waitsFor } from './admission.ts';
import { isQueued, type QueuedLoadTest } from './queued.ts';

/** The queue of the tests that wait for admission. It knows which of them a change of another test may admit. */
export class AdmissionQueue {
  readonly #tests: Pick<ResourceStore<LoadTestResource>, 'get'>;
  readonly #limits: OperatorLimits;
  /** The keys of the tests that are not complete: of possibly thousands, those that others may have to wait for. */
  readonly #open = new Set<string>();
  /** The keys of the tests that wait for others, with the generation of each that waits. */
  readonly #waiting = new Map<string, number | undefined>();
  /** The uids of admitted tests, from before their admission is persisted, so that no other decision overlooks it. */
  readonly #admitted = new Set<string>();

  constructor(tests: Pick<ResourceStore<LoadTestResource>, 'get'>, limits: OperatorLimits) {
    this.#tests = tests;
    this.#limits = limits;
  }

  /** Why a test that is not admitted yet waits, among all tests of the operator; undefined when it may begin. */
  waitsFor(test: LoadTestResource): Waiting | undefined {
    if (test.status.startTime !== undefined || !isQueued(test)) return undefined;
    const queue = [...this.#open].flatMap((key): QueuedLoadTest | [] => {
      const { namespace, name } = splitKey(key);
      const other = this.#tests.get(namespace, name);
      if (other === undefined || !isQueued(other)) return [];
      const { metadata, status } = other;
      return { test: other, admitted: status.startTime !== undefined || this.#admitted.has(metadata.uid) };
    });
    return waitsFor(test, queue, this.#limits);
  }

  /** Records a decision about a test: whether it may begin, and whether it waits for others. */
  decided({ metadata }: LoadTestResource, { begins, waits }: { begins: boolean; waits: boolean }): void {
    if (begins) this.#admitted.add(metadata.uid);
    if (waits) this.#waiting.set(keyOf(metadata), metadata.generation);
    else this.#waiting.delete(keyOf(metadata));
  }

  /**
   * Records a change of a LoadTest; call it for every change. Returns the keys of the tests that may begin through it: a test that leaves
   * the queue, or whose spec changes, may let others begin.
   */
  changed(object: Resource): string[] {
    const { namespace, name, generation } = object.metadata;
    const key = keyOf({ namespace, name });
    const test = isComplete(object) ? undefined : this.#tests.get(namespace, name);
    if (test === undefined) this.#open.delete(key);
    else this.#open.add(key);
    if (this.#waiting.size === 0) return [];
    const isInQueue = test !== undefined && isQueued(test);
    const isEdited = this.#waiting.has(key) && this.#waiting.get(key) !== generation;
    if (isInQueue && !isEdited) return [];
    if (!isInQueue) this.#waiting.delete(key);
    return [...this.#waiting.keys()];
  }

  /** Drops a LoadTest that is gone. */
  forget(uid: string): void {
    this.#admitted.delete(uid);
  }
}
