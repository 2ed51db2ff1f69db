import { ZERO } from './fraction.ts';

/** Figures of the event loop and of its thread, each cumulative. */
export interface LoopFigures {
  /** The time for which the loop was blocked while it waited for events, microseconds. */
  idleUs(): number;
  /** The number of its turns. */
  turns(): number;
  /** The time for which the thread waited for a CPU, microseconds. Always 0 where the kernel does not tell. */
  runDelayUs(): number;
}

/**
 * After a longer block the process may have been stopped, unless the thread waited for a CPU: the heartbeat would have ended the block, whose
 * timer may be late by one millisecond.
 */
const LONGEST_BLOCK_US = 4_000;
/** The loop was blocked for so long that reading the thread's wait for a CPU, which costs a system call, is no considerable cost. */
const LONG_BLOCK_US = 400;
/** A number of turns is read where it could make the bound tighter by this at least. */
const WORTH_US = 200;
const TURN_READING_US = 50;
/** Observing the loop more often costs more than it tells: without an observation the bound is looser by this. */
const MOMENT_US = 50;
const UNKNOWN = -1;

/**
 * For how long bytes may have waited in their socket before the loop read them, as an upper bound. While the loop is blocked nothing waits,
 * and the first byte ends the block. So what is read came after the last block, less the time for which the thread then waited for a CPU.
 * Without a block, what is read in one turn came after the poll of the turn before, which would have reported it.
 *
 * All times are microseconds of one clock. The heartbeat observes the loop when nothing else does.
 */
export class ReadDelay {
  readonly #figures: LoopFigures;
  /** The number of observations. */
  count = 0;
  #lastUs = ZERO;
  #idleUs = ZERO;
  #runDelayUs = ZERO;
  #lostUs = ZERO;
  /** What came before has been read. */
  #clearUs = ZERO;
  #turn = UNKNOWN;
  /** When the number of the turn was read last. The poll of the next turn comes later. */
  #turnReadUs = ZERO;
  /** The poll of the current turn came later. */
  #polledUs = ZERO;

  constructor(figures: LoopFigures) {
    this.#figures = figures;
  }

  /** Begins after a time in which nothing was expected from the target, and nothing observed. */
  begin(nowUs: number): void {
    this.#lastUs = nowUs;
    this.#idleUs = this.#figures.idleUs();
    this.#runDelayUs = this.#figures.runDelayUs();
    this.#isClearAt(nowUs);
  }

  /** Observes the loop, unless it was observed a moment ago. */
  note(nowUs: number): void {
    if (nowUs - this.#lastUs > MOMENT_US) this.observe(nowUs);
  }

  observe(nowUs: number): void {
    const idleUs = this.#figures.idleUs();
    const blockedUs = idleUs - this.#idleUs;
    const gapUs = nowUs - this.#lastUs;
    this.#idleUs = idleUs;
    this.#lastUs = nowUs;
    this.count++;
    if (blockedUs > 0) {
      const delayUs = Math.max(0, gapUs - blockedUs + this.#hiddenIn(blockedUs));
      this.#lostUs += delayUs;
      this.#isClearAt(nowUs - delayUs);
      return;
    }
    this.#lostUs += gapUs;
    if (nowUs - this.#clearUs > WORTH_US && nowUs - this.#turnReadUs > TURN_READING_US) this.#readTurn(nowUs);
  }

  /** For how long bytes that are read at `nowUs`, not later than a moment after the last observation, may have waited. */
  boundUs(nowUs: number): number {
    return nowUs - this.#clearUs;
  }

  /** When the loop was observed last. */
  get observedUs(): number {
    return this.#lastUs;
  }

  /** The time for which the loop could not respond at once, since the engine began. Its growth bounds the delay of several steps. */
  get lostUs(): number {
    return this.#lostUs;
  }

  /** The part of a time of blocks in which an event may have come, but the thread could not run. */
  #hiddenIn(blockedUs: number): number {
    if (blockedUs < LONG_BLOCK_US) return 0;
    const before = this.#runDelayUs;
    this.#runDelayUs = this.#figures.runDelayUs();
    const waitedUs = this.#runDelayUs - before;
    // The process, its cgroup or the machine may have been stopped from the beginning of the block on.
    return blockedUs - waitedUs > LONGEST_BLOCK_US ? blockedUs : Math.min(blockedUs, waitedUs);
  }

  #isClearAt(timeUs: number): void {
    this.#clearUs = timeUs;
    this.#polledUs = timeUs;
    this.#turnReadUs = timeUs;
    this.#turn = UNKNOWN;
  }

  #readTurn(nowUs: number): void {
    const before = this.#turn;
    this.#turn = this.#figures.turns();
    if (before !== UNKNOWN && this.#turn > before) {
      // The poll before this turn's one also came after the last reading when further turns lie between.
      this.#clearUs = this.#turn > before + 1 ? this.#turnReadUs : this.#polledUs;
      this.#polledUs = this.#turnReadUs;
    }
    this.#turnReadUs = nowUs;
  }
}
