import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { LiveCounts } from '../../api/status/counters.ts';
import type { Times } from '../../model/measure/snapshot.ts';
import { realLoad } from './real-load.ts';

/** The greatest times of a load in microseconds, as measured and without the generator's part. */
export type Greatest = { counts: LiveCounts; measured: Times<number>; withoutGenerator: Times<number> };

/** Runs the load of a spec in a process of its own. */
export function loadProcess(spec: LoadTestSpec): { child: ChildProcess; greatest: Promise<Greatest> } {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(spec)]);
  return { child, greatest: once(child, 'message').then(([greatest]) => greatest) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { counts, withoutGenerator, ...times } = await realLoad(JSON.parse(process.argv[2]!), new Map());
  const greatestOf = ({ responseTime, firstByte, serviceTime }: typeof withoutGenerator) => ({
    responseTime: responseTime.max!,
    firstByte: firstByte.max!,
    serviceTime: serviceTime.max!,
  });
  const greatest = { counts, measured: greatestOf(times), withoutGenerator: greatestOf(withoutGenerator) };
  process.send!(greatest satisfies Greatest, () => process.disconnect!());
}
