/**
 * How fast the operator is, run by hand inside of the cluster's network: from apply to the first request, between the first
 * requests of the runners, and from the last response to Complete. `measure.ts [runs] [runners]`, 5 and 4 without.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCondition } from '../../api/conditions.ts';
import { environment } from './environment.ts';
import { createPlace, deletePlace, type Place } from './place.ts';

const [runs = 5, runners = 4] = process.argv.slice(2).map(Number);
/** What the target waits before it answers; the last response is that much behind the last request. */
const DELAY_MS = 20;

/** Milliseconds. */
type Measured = { applyToFirst: number; skew: number; lastToComplete: number };

async function measureOnce(place: Place, name: string): Promise<Measured> {
  const path = `/${name}`;
  const appliedAt = Date.now();
  await place.start(name, {
    target: { url: place.url(`${path}`) },
    // Every runner has an arrival within the first milliseconds, so that its first request shows when it began.
    load: { type: 'Open', open: { stages: [{ duration: '3s', rate: 100 * runners }] } },
    runners: { replicas: runners },
  });
  // One watch from the start: the time that it is told is when anybody who waits is told.
  await place.kubectl('wait', '--for=condition=Complete', `loadtest/${name}`, '--timeout=60s');
  const completeAt = Date.now();
  const received = await place.received(path);
  const firsts = Object.values(received?.clients ?? {}).sort((a, b) => a - b);
  const [first = Number.NaN] = firsts;
  if (firsts.length !== runners) throw new Error(`${firsts.length} of ${runners} runners sent`);
  const { status } = await place.waitFor(name, 'Complete', 1);
  console.error(`${name}: ${findCondition(status.conditions, 'Complete')?.message}`);
  return {
    applyToFirst: first - appliedAt,
    skew: firsts.at(-1)! - first,
    lastToComplete: completeAt - ((received?.lastAt ?? Number.NaN) + DELAY_MS),
  };
}

const place = await createPlace(await environment(), `measure-${randomBytes(3).toString('hex')}`);
try {
  const measured: Measured[] = [];
  for (let run = 1; run <= runs; run++) {
    measured.push(await measureOnce(place, `run-${run}`));
    // The next run begins on a machine that is at rest.
    await sleep(2000);
  }
  console.log(`${runs} runs, ${runners} runners\tmin\tmedian\tmax (ms)`);
  for (const key of ['applyToFirst', 'skew', 'lastToComplete'] as const) {
    const sorted = measured.map((m) => Math.round(m[key] * 10) / 10).sort((a, b) => a - b);
    console.log([key, sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].join('\t'));
  }
} finally {
  await deletePlace(place);
}
