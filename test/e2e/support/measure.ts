/**
 * Measures the operator's speed: the time from apply to the first request and its parts, the spread of the runners' starts, and the time from
 * the last response to Complete. Run it by hand: `npm run cluster -- shell -- node_modules/.bin/node test/e2e/support/measure.ts [runs] [runners]`,
 * by default 5 and 4.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL_COMPLETION_INDEX, LABEL_TEST } from '../../../api/common/names.ts';
import { environment } from './environment.ts';
import { createNamespace, deleteNamespace, type TestNamespace } from './namespace.ts';

const [runs = 5, runners = 4] = process.argv.slice(2).map(Number);
/** Arrivals per second of all runners together; low, because the start is measured and not the throughput. */
const RATE = 200;
/** Delay of the target's responses, and so of the last response after the last request. */
const DELAY_MS = 20;

/** Durations in milliseconds. */
type Measured = Record<
  'apply to first request' | 'apply to start' | 'start to load' | 'load to first request' | 'skew' | 'last to Complete',
  number
>;
type Pod = { metadata: { labels: Record<string, string> }; status: { podIP: string } };

async function measureOnce(ns: TestNamespace, name: string): Promise<Measured> {
  const path = `/${name}`;
  const appliedAt = Date.now();
  await ns.start(name, {
    target: { url: ns.url(path) },
    load: { type: 'Open', open: { stages: [{ duration: '3s', rate: RATE }] } },
    // Twenty runners must fit on a node with two cores.
    runners: { replicas: runners, template: { resources: { requests: { cpu: '10m' } } } },
  });
  // A watch that begins long before the end receives events when any client does.
  await ns.kubectl('wait', '--for=condition=Complete', `loadtest/${name}`, '--timeout=60s');
  const completeAt = Date.now();

  const { status } = await ns.waitFor(name, 'Complete', 1);
  const received = await ns.received(path);
  if (received === undefined) throw new Error('nothing was received');
  const pods = await ns.list<Pod>('pods', `${LABEL_TEST}=${name}`);
  const starts = pods.map((pod) => {
    const first = received.clients[`::ffff:${pod.status.podIP}`];
    if (first === undefined) throw new Error(`nothing was received from ${pod.status.podIP}`);
    // The first arrival of runner n is number n, due n / RATE after the start of the load.
    return first - (Number(pod.metadata.labels[LABEL_COMPLETION_INDEX]) / RATE) * 1e3;
  });
  const startAt = Date.parse(status.startTime ?? '');
  const loadAt = Date.parse(status.loadStartTime ?? '');
  return {
    'apply to first request': received.firstAt - appliedAt,
    'apply to start': startAt - appliedAt,
    'start to load': loadAt - startAt,
    'load to first request': received.firstAt - loadAt,
    skew: Math.max(...starts) - Math.min(...starts),
    'last to Complete': completeAt - (received.lastAt + DELAY_MS),
  };
}

const ns = await createNamespace(await environment(), `measure-${randomBytes(3).toString('hex')}`);
try {
  const measured: Measured[] = [];
  for (let run = 1; run <= runs; run++) {
    measured.push(await measureOnce(ns, `run-${run}`));
    // The next run begins on an idle machine.
    await sleep(2000);
  }
  console.log(`${runs} runs, ${runners} runners; ms\tmin\tmedian\tmax`);
  for (const key of Object.keys(measured[0] ?? {}) as (keyof Measured)[]) {
    const sorted = measured.map((m) => Math.round(m[key] * 10) / 10).sort((a, b) => a - b);
    console.log([key, sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].join('\t'));
  }
} finally {
  await deleteNamespace(ns);
}
