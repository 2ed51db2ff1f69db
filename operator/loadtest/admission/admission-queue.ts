import type { OperatorLimits } from '../../../api/common/operator-limits.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import type { ResourceStore } from '../../kube/resource-store.ts';
import type { Resource } from '../../kube/types.ts';
import { isComplete, keyOf, type LoadTestResource, splitKey } from '../resources/loadtest-resource.ts';
import { isQueued, type QueuedLoadTest, waitsFor } from './admission.ts';

/** The line of tests that wait until they may begin, and whom to look at again when something changes in it. */
export class AdmissionQueue {
  readonly #tests: Pick<ResourceStore<LoadTestResource>, 'get'>;
  readonly #limits: OperatorLimits;
  /** Tests that are not complete: of the thousands that there may be, those that others can have to wait for. */
  readonly #open = new Set<string>();
  /** Tests that wait for others, with the generation that does. */
  readonly #waiting = new Map<string, number | undefined>();
  /** Tests, by uid, that may begin; from before that is persisted, so that no other decision overlooks it. */
  readonly #admitted = new Set<string>();

  constructor(tests: Pick<ResourceStore<LoadTestResource>, 'get'>, limits: OperatorLimits) {
    this.#tests = tests;
    this.#limits = limits;
  }

  /** What a test that is not admitted yet waits for, among all that the operator serves. */
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

  /** Told of what was decided of a test: whether it may begin, and whether it waits for others. */
  decided({ metadata }: LoadTestResource, { begins, waits }: { begins: boolean; waits: boolean }): void {
    if (begins) this.#admitted.add(metadata.uid);
    if (waits) this.#waiting.set(keyOf(metadata), metadata.generation);
    else this.#waiting.delete(keyOf(metadata));
  }

  /**
   * Told of every change of a LoadTest. Answers with the keys of those that may go on by it: one that leaves the line, or asks for
   * something else in it, lets others.
   */
  changed(object: Resource): string[] {
    const { namespace, name, generation } = object.metadata;
    const key = keyOf({ namespace, name });
    const test = isComplete(object) ? undefined : this.#tests.get(namespace, name);
    if (test === undefined) this.#open.delete(key);
    else this.#open.add(key);
    if (this.#waiting.size === 0) return [];
    const isInItsPlace = test !== undefined && isQueued(test);
    const isEdited = this.#waiting.has(key) && this.#waiting.get(key) !== generation;
    if (isInItsPlace && !isEdited) return [];
    if (!isInItsPlace) this.#waiting.delete(key);
    return [...this.#waiting.keys()];
  }

  /** Told that a LoadTest is gone. */
  forget(uid: string): void {
    this.#admitted.delete(uid);
  }
}
