import { Deadlines } from './deadlines.ts';
import { Flight, type Pool } from './flight.ts';

/** All flights of an engine: the free ones, last used first, so that few connections are kept busy; and those under way. */
export class Flights {
  readonly #pool: Pool;
  readonly #limit: number;
  readonly #free: Flight[] = [];
  readonly #underWay = new Set<Flight>();
  #stopWatching = () => {};
  #watching = false;
  /** Called after a flight has ended. */
  onSettled = () => {};

  constructor(pool: Omit<Pool, 'deadlines' | 'settled'>, limit: number) {
    this.#pool = { ...pool, deadlines: new Deadlines(), settled: (flight) => this.#settled(flight) };
    this.#limit = limit;
  }

  get inFlight(): number {
    return this.#underWay.size;
  }

  /** Sends a request, or counts it as dropped when the in-flight limit is reached. */
  launch(request: number, arrival: number, intended: number): void {
    if (this.#underWay.size >= this.#limit) {
      this.#pool.tally.dropped(request);
      return;
    }
    const flight = this.#free.pop() ?? new Flight(this.#pool);
    this.#underWay.add(flight);
    this.#pool.tally.made(request);
    flight.send(request, arrival, intended);
    if (!this.#watching) this.#watchDeadlines();
  }

  abortAll(): void {
    for (const flight of [...this.#underWay]) flight.abort();
  }

  /** Closes every connection; nothing may be under way. */
  close(): void {
    this.#stopWatching();
    for (const flight of this.#free) flight.close();
  }

  #settled(flight: Flight): void {
    this.#underWay.delete(flight);
    this.#free.push(flight);
    this.onSettled();
  }

  /** One timer for the earliest deadline that is open. It may fire early, as timers count whole milliseconds; then it is set again. */
  #watchDeadlines(): void {
    const next = this.#pool.deadlines.sweep(this.#pool.timing.now());
    this.#watching = next !== Number.POSITIVE_INFINITY;
    this.#stopWatching = this.#pool.timing.at(next, () => this.#watchDeadlines());
  }
}
