import { isDeepStrictEqual } from 'node:util';
import type { ResourceStore } from '../../kube/resource-store.ts';
import type { Resource } from '../../kube/types.ts';
import { isComplete, keyOf, type LoadTestResource, splitKey } from '../resources/loadtest-resource.ts';
import { AdmissionPass, type TurnDecision } from './admission.ts';
import { isQueued, type QueuedLoadTest } from './queued.ts';
import type { TurnLimits } from './turn.ts';

/** Changes within this time share one pass over the queue: a namespace that is deleted takes thousands of tests out of it. */
const WAKE_MS = 20;

/** What a decision about the queue depends on in one test. */
type Place = { uid: string; generation: number | undefined };

/**
 * The queue of the tests that wait for admission. One pass decides about all of them, and holds until a test leaves the queue, changes, or
 * comes before others.
 */
export class AdmissionQueue {
  readonly #tests: Pick<ResourceStore<LoadTestResource>, 'get'>;
  readonly #limits: TurnLimits;
  readonly #wake: (key: string) => void;
  /** The tests that run or wait, by key: of possibly thousands, those that others may have to wait for. */
  readonly #places = new Map<string, Place>();
  /** The decision that each waiting test has in its status, by key. */
  readonly #told = new Map<string, { uid: string; decision: TurnDecision }>();
  /** The uids of admitted tests, from before their admission is persisted, so that no other decision overlooks it. */
  readonly #admitted = new Set<string>();
  /** The namespaces that another installation of the operator serves. */
  readonly #elsewhere = new Set<string>();
  /** Undefined when a change calls for another pass. */
  #pass: AdmissionPass | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `wake` receives the key of each waiting test about which a change has decided otherwise. */
  constructor(
    tests: Pick<ResourceStore<LoadTestResource>, 'get'>,
    limits: TurnLimits,
    wake: (key: string) => void = () => {},
  ) {
    this.#tests = tests;
    this.#limits = limits;
    this.#wake = wake;
  }

  /** Records whether another installation of the operator serves the namespace of a test; call it before {@link turnOf}. */
  served({ metadata: { namespace } }: LoadTestResource, { isElsewhere }: { isElsewhere: boolean }): void {
    if (isElsewhere === this.#elsewhere.has(namespace)) return;
    if (isElsewhere) this.#elsewhere.add(namespace);
    else this.#elsewhere.delete(namespace);
    this.#passAgain();
  }

  /** The decision about a test that is not admitted yet, among all tests of the operator; undefined for any other. */
  turnOf(test: LoadTestResource): TurnDecision | undefined {
    if (test.status.startTime !== undefined || !isQueued(test)) return undefined;
    this.#note(test);
    return this.#current().of(test.metadata.uid);
  }

  /** Records a decision about a test: whether it may begin, and the message about its turn. */
  decided({ metadata }: LoadTestResource, { begins, turn }: { begins: boolean; turn: TurnDecision | undefined }): void {
    if (begins) this.#admitted.add(metadata.uid);
    const key = keyOf(metadata);
    if (turn?.is === 'Waits') this.#told.set(key, { uid: metadata.uid, decision: turn });
    else this.#told.delete(key);
  }

  /** Records a change of a LoadTest; call it for every change. */
  changed(object: Resource): void {
    const { namespace, name } = object.metadata;
    const test = isComplete(object) ? undefined : this.#tests.get(namespace, name);
    if (test !== undefined && isQueued(test)) this.#note(test);
    else this.#leave(keyOf({ namespace, name }));
  }

  /** Drops a LoadTest that is gone. */
  forget(uid: string): void {
    this.#admitted.delete(uid);
  }

  #note(test: LoadTestResource): void {
    const key = keyOf(test.metadata);
    const { uid, generation } = test.metadata;
    const before = this.#places.get(key);
    if (before?.uid === uid && before.generation === generation) return;
    this.#places.set(key, { uid, generation });
    const entry = this.#entryOf(key);
    const isLast = before === undefined && entry?.admitted === false && this.#pass?.append(entry);
    if (!isLast) this.#passAgain();
  }

  #leave(key: string): void {
    this.#told.delete(key);
    if (this.#places.delete(key)) this.#passAgain();
  }

  #passAgain(): void {
    this.#pass = undefined;
    if (this.#told.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#wakeDecided(), WAKE_MS);
    this.#timer.unref();
  }

  #wakeDecided(): void {
    this.#timer = undefined;
    const pass = this.#current();
    for (const [key, { uid, decision }] of this.#told) if (!isDeepStrictEqual(pass.of(uid), decision)) this.#wake(key);
  }

  #current(): AdmissionPass {
    this.#pass ??= new AdmissionPass(
      [...this.#places.keys()].flatMap((key) => this.#entryOf(key) ?? []),
      this.#limits,
    );
    return this.#pass;
  }

  #entryOf(key: string): QueuedLoadTest | undefined {
    const { namespace, name } = splitKey(key);
    const test = this.#tests.get(namespace, name);
    if (test === undefined || !isQueued(test)) return undefined;
    const { metadata, status } = test;
    const admitted = status.startTime !== undefined || this.#admitted.has(metadata.uid);
    return { test, admitted, isElsewhere: this.#elsewhere.has(namespace) };
  }
}
