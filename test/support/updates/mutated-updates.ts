import { noCounts } from '../../../model/measure/counters.ts';
import { PackedHistogram } from '../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../model/measure/snapshot.ts';
import { encodeRunnerUpdate, type RunnerUpdate } from '../../../model/wire/runner-update.ts';
import { histogramOf, sameTimes } from '../results/summary.ts';

type Random = () => number;

/** Values that a program which trusts its runners would stumble over. */
const ODD: readonly unknown[] = [
  ...[0, -1, 0.5, 1e308, -1e308, 2 ** 53, 2 ** 63, 1e-300],
  ...[null, true, '', 'x', '200', '\u001b]0;x\u0007', '\u202e', 'x'.repeat(5000), 'AAAA', 'hIhJ'],
  ...[[], {}, [[]], [null], { __proto__: null }, { length: 1e9 }, Array(2000).fill(0)],
];

const times = sameTimes(PackedHistogram.of(histogramOf([1000, 2000, 2000, 90_000])));
const COUNTS = { ...noCounts(), generated: 6, made: 5, dropped: 1, done: 3, timeout: 1, failed: 1 };
const request = (name: string) => ({
  ...times,
  name,
  counts: COUNTS,
  bytes: { sent: 500, received: 4000 },
  events: { received: 8, first: times.responseTime, between: times.serviceTime },
  outcomes: { responses: [{ code: '200', count: 3 }], errors: [{ kind: 'Timeout', count: 2 }] },
});
/** Of two requests, with every field that a snapshot may have. */
export const SNAPSHOT: Snapshot = {
  elapsedMs: 10_000,
  requests: [request('order'), request('items')],
  responses: [{ code: '200', count: 6 }],
  errors: [{ kind: 'Timeout', count: 4, example: 'no response', firstMs: 10, lastMs: 20 }],
  unexpected: [{ request: 'order', status: 500, body: 'oops', reason: 'status 500', count: 2 }],
  inFlightPeaks: { second: 10, newest: [2, 3], most: 3 },
  redirects: 1,
  connections: {
    ...{ opened: 2, written: 11, dns: times.responseTime, connect: times.responseTime, tls: times.responseTime },
  },
  pacingLag: times.responseTime,
  cpuMs: 900,
  eventLoopUtilization: 0.2,
  throttledMs: 1,
  gc: { count: 1, totalMs: 2, maxMs: 1 },
};
const { responseTime } = times;
const END = { elapsedMs: 1000, threads: 1, ended: 10, done: 6, errors: 5, responseTime };
const UPDATES: readonly RunnerUpdate[] = [
  { phase: 'Starting' },
  { phase: 'Ready', setup: '{}', teardown: { state: 'Pending' } },
  { phase: 'Failed', message: 'no memory', reason: 'SetupFailed', snapshot: SNAPSHOT },
  { phase: 'Running', startedAtMs: 1_700_000_000_000, snapshot: SNAPSHOT },
  {
    phase: 'Running',
    snapshot: SNAPSHOT,
    trial: { number: 1, state: 'Running', lateMs: 0, ranMs: 5, snapshot: SNAPSHOT },
  },
  { phase: 'Finished', machine: 'a machine', intervals: { stepMs: 1000, ends: [END], last: END } },
];

/** Returns a function that makes the next body: an update with some of its values or bytes changed, or none. */
export function mutatedUpdates(random: Random): () => Buffer {
  const below = (most: number) => Math.floor(random() * most);
  const bodies = UPDATES.map((update) => JSON.stringify(encodeRunnerUpdate(update)));
  return () => {
    const text = bodies[below(bodies.length)]!;
    if (random() < 0.2) return withBytes(Buffer.from(text), below);
    const body = JSON.parse(text);
    for (let changes = below(4); changes > 0; changes--) change(body, below);
    return Buffer.from(JSON.stringify(body));
  };
}

function withBytes(bytes: Buffer, below: (most: number) => number): Buffer {
  for (let changes = 1 + below(8); changes > 0; changes--) bytes[below(bytes.length)] = below(256);
  return below(4) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes;
}

/** Changes one value of an object or list, somewhere in it. */
function change(value: Record<string, unknown> | unknown[], below: (most: number) => number): void {
  const keys = Object.keys(value);
  if (keys.length === 0) return;
  const holder = value as Record<string, unknown>;
  const key = keys[below(keys.length)]!;
  const inner = holder[key];
  if (typeof inner === 'object' && inner !== null && below(5) > 0) {
    change(inner as Record<string, unknown>, below);
    return;
  }
  switch (below(6)) {
    case 0:
      delete holder[key];
      break;
    case 1:
      holder[`${key}${below(3)}`] = inner;
      break;
    case 2:
      if (Array.isArray(value)) value.push(structuredClone(inner));
      else holder[key] = [inner];
      break;
    case 3:
      holder[key] = typeof inner === 'number' ? inner + below(5) - 2 : inner;
      break;
    default:
      holder[key] = structuredClone(ODD[below(ODD.length)]);
  }
}
