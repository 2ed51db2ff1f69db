type Counter = {
  /** What it counts, as one sentence: the text of the CRDs, of the metrics and of the reports. */
  help: string;
  /** The counter that is the exact sum of this one and its other addends. */
  addsTo?: 'generated' | 'made';
  /** The counter that this one is a part of. */
  partOf?: 'done' | 'dropped' | 'aborted' | 'late';
  /** Whether it counts towards the share of errors, and can be a threshold's metric. */
  isError?: true;
  /** Whether it goes up and down: a gauge in Prometheus. All others only rise. */
  isGauge?: true;
};

/** The counters of a result, in the order of the status; see docs/design/0002-counters.md for the identity between them. */
const RESULT_COUNTERS = {
  generated: { help: 'Arrivals that came due.' },
  made: { help: 'Requests handed to the network.', addsTo: 'generated' },
  done: { help: 'Complete responses, whatever their status.', addsTo: 'made' },
  timeout: { help: 'Requests that timed out.', addsTo: 'made', isError: true },
  failed: { help: 'Requests that ended with an error instead of a response.', addsTo: 'made', isError: true },
  dropped: {
    help: 'Arrivals that were never sent: the in-flight cap was reached, or no connection became free before the end.',
    addsTo: 'generated',
    isError: true,
  },
  aborted: { help: 'Requests that the end of the test cut off.', addsTo: 'made' },
  unexpected: { help: 'The part of done that did not meet `expect`.', partOf: 'done', isError: true },
} as const satisfies Record<string, Counter>;

/** The counters that exist only while a test runs. The status leaves them out. */
const LIVE_COUNTERS = {
  inFlight: { help: 'Requests that have no outcome yet.', addsTo: 'made', isGauge: true },
  pending: { help: 'Arrivals that came due and wait for a connection.', addsTo: 'generated', isGauge: true },
  late: {
    help: 'The part of done that is no part of the rate: it came after the end of the load, and in an open load took longer than is usual.',
    partOf: 'done',
  },
  lateByGenerator: {
    help: "The part of late that came after the end of the load only because of the generator's own delay.",
    partOf: 'late',
  },
  droppedByGenerator: {
    help: 'The part of dropped that the generator caused, because its own delay kept requests in flight for longer.',
    partOf: 'dropped',
  },
  abortedByGenerator: {
    help: "The part of aborted that may have ended during the load but for the generator's own delay.",
    partOf: 'aborted',
  },
} as const satisfies Record<string, Counter>;

export type CounterName = keyof typeof RESULT_COUNTERS;
export type LiveCounterName = CounterName | keyof typeof LIVE_COUNTERS;
export type ErrorCounter = {
  [K in CounterName]: (typeof RESULT_COUNTERS)[K] extends { isError: true } ? K : never;
}[CounterName];

/** What happened to the requests of a test. */
export type Counts = Record<CounterName, number>;
/** Counters while a test runs; cumulative, so that a newer snapshot replaces an older one. */
export type LiveCounts = Record<LiveCounterName, number>;

/**
 * The one table of the counters. Schemas, the termination message, the timeline, the metrics, the reports and the dashboard derive from
 * it; so a new counter is a row here and the line of the runner's recorder that counts it.
 */
export const COUNTERS: Readonly<Record<LiveCounterName, Counter>> = { ...RESULT_COUNTERS, ...LIVE_COUNTERS };

export const COUNTER_NAMES = Object.keys(RESULT_COUNTERS) as readonly CounterName[];
/** The counters of a result before those of a running test; the termination message has its numbers in this order. */
export const LIVE_COUNTER_NAMES = Object.keys(COUNTERS) as readonly LiveCounterName[];

/** The counters whose sum is the errors. */
export const ERROR_COUNTERS = COUNTER_NAMES.filter((name): name is ErrorCounter => COUNTERS[name].isError === true);
/** The counters in one of which every arrival ends, and their sum is what has ended. */
export const ENDS = COUNTER_NAMES.filter((name) => COUNTERS[name].addsTo !== undefined && name !== 'made');
/** The counters that go up and down. */
export const GAUGES = LIVE_COUNTER_NAMES.filter((name) => COUNTERS[name].isGauge);

/** The counters of a result with each part right behind its whole, as a person reads them. */
export const READING_ORDER: readonly CounterName[] = COUNTER_NAMES.flatMap((name) =>
  COUNTERS[name].partOf ? [] : [name, ...COUNTER_NAMES.filter((part) => COUNTERS[part].partOf === name)],
);

/** The counters that add up to `total`. */
export function addendsOf(total: CounterName): LiveCounterName[] {
  return LIVE_COUNTER_NAMES.filter((name) => COUNTERS[name].addsTo === total);
}

/** The name of a counter within a metric's name: inFlight -> in_flight. */
export function counterMetric(name: LiveCounterName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** An object with `keys` in this order, each with the value that `of` gives it. */
export function recordOf<K extends string, V>(keys: readonly K[], of: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, V>;
}
