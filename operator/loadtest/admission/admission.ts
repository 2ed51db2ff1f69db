import { findCondition } from '../../../api/status/conditions.ts';
import type { TurnReason } from '../../../api/status/reasons.ts';
import type { Waiting } from '../../../model/lifecycle/stage.ts';
import { type Chain, firstOf } from '../../common/chain.ts';
import type { AcceptedLoadTest } from '../resources/loadtest-resource.ts';
import { afterBaseline } from './after-baseline.ts';
import { exclusive } from './exclusive.ts';
import { maxConcurrentTests } from './max-concurrent-tests.ts';
import { createdMs, inOrder, type QueuedLoadTest } from './queued.ts';
import { TestIndex } from './test-index.ts';
import type { Turn, TurnLimits } from './turn.ts';

/** Why a test must wait for others. */
const CHECKS: Chain<Turn, Waiting<TurnReason>> = [afterBaseline, exclusive, maxConcurrentTests];

/** Whether a test may begin; why it waits; or why it may not even wait. */
export type TurnDecision =
  | { is: 'Free' }
  | { is: 'Waits'; waiting: Waiting<TurnReason> }
  | { is: 'Refused'; message: string };

const FREE: TurnDecision = { is: 'Free' };

/**
 * The decisions about a queue, by the uid of each test that is not admitted, from one pass over it. Tests are admitted in the order of their
 * creation. A test that waits for its target takes none of the `maxConcurrentTests` from later tests.
 */
export class AdmissionPass {
  readonly #decisions = new Map<string, TurnDecision>();
  readonly #admitted = new TestIndex();
  readonly #before = new TestIndex();
  readonly #limits: TurnLimits;
  #takenSlots = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(queue: readonly QueuedLoadTest[], limits: TurnLimits) {
    this.#limits = limits;
    for (const queued of queue) if (queued.admitted) this.#admit(queued);
    for (const queued of inOrder(queue.filter(({ admitted }) => !admitted))) this.#take(queued);
  }

  /** The decision about a test of the queue; undefined for any other test. */
  of(uid: string): TurnDecision | undefined {
    return this.#decisions.get(uid);
  }

  /**
   * Adds a test at the end of the queue, which changes nothing for the others. False, and nothing is added, when it is older than the last one.
   * Of one second, the test that is seen first comes first, until the next pass.
   */
  append(queued: QueuedLoadTest): boolean {
    if (createdMs(queued.test) < this.#lastMs) return false;
    this.#take(queued);
    return true;
  }

  #take(queued: QueuedLoadTest): void {
    const { test } = queued;
    const decision = this.#decide(queued);
    this.#decisions.set(test.metadata.uid, decision);
    this.#lastMs = createdMs(test);
    if (decision.is === 'Free') this.#admit(queued);
    if (decision.is === 'Waits') this.#before.add(test);
  }

  #admit({ test, isElsewhere }: QueuedLoadTest): void {
    this.#admitted.add(test);
    if (!isElsewhere) this.#takenSlots++;
  }

  #decide({ test, isElsewhere = false }: QueuedLoadTest): TurnDecision {
    const waiting = firstOf(CHECKS, {
      test,
      isElsewhere,
      admitted: this.#admitted,
      takenSlots: this.#takenSlots,
      before: this.#before,
      limits: this.#limits,
    });
    if (waiting === undefined) return FREE;
    const { namespace } = test.metadata;
    const most = this.#limits.maxWaitingTests ?? Number.POSITIVE_INFINITY;
    if (this.#before.countIn(namespace) < most || waitsAlready(test)) return { is: 'Waits', waiting };
    const message = `${most} tests of namespace ${namespace} wait already, as many as the operator allows (limits.maxWaitingTests)`;
    return { is: 'Refused', message };
  }
}

const TURN_REASONS: ReadonlySet<string> = new Set<TurnReason>([
  'WaitingForBaseline',
  'WaitingForTarget',
  'WaitingForSlot',
]);

/** Whether a test was accepted to wait before: neither a lowered limit nor an older test ends it then. */
function waitsAlready({ status }: AcceptedLoadTest): boolean {
  return TURN_REASONS.has(findCondition(status.conditions, 'Running')?.reason ?? '');
}
