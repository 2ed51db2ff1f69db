import { startTestServer } from '../../test/integration/support/test-server.ts';
import type { Log } from '../install.ts';
import type { Options } from '../options.ts';
import { machine, store } from '../store.ts';
import { manyRunners } from './many-runners.ts';
import { manyTests } from './many-tests.ts';
import { makeOperatorPod } from './operator.ts';
import { scaleReport } from './report.ts';

const RUNNERS = 1000;
const FINISHED = 4900;
const ACTIVE = 100;

/** The operator's resource usage with 1,000 runners in one LoadTest, and with 5,000 LoadTests in the cluster. */
export async function benchScale({ minutes, out }: Options, log: Log): Promise<void> {
  const runners = await withServer((server) => manyRunners(server, RUNNERS, Math.round(60 * minutes), log));
  const tests = await withServer((server) => manyTests(server, { finished: FINISHED, active: ACTIVE }, log));
  const result = { machine: machine(), runners, tests };
  store(out, 'scale', result, scaleReport(result), log);
}

/** Each part has its own control plane, because previous load slows one down. */
async function withServer<T>(work: (server: Awaited<ReturnType<typeof startTestServer>>) => Promise<T>): Promise<T> {
  const server = await startTestServer();
  try {
    await makeOperatorPod(server);
    return await work(server);
  } finally {
    await server.stop();
  }
}
