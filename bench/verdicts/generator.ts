/**
 * The generator of the verdict benchmark: `node bench/verdicts/generator.ts SPEC WORKERS START` runs the spec (JSON) on worker threads from
 * START on, epoch milliseconds, and prints its merged snapshot in the form of the wire.
 */
import { mergeSnapshots } from '../../model/measure/merge-snapshots.ts';
import { encodeSnapshot } from '../../model/wire/runner-update.ts';
import { shares, startWorkers } from '../../runner/workers/worker-pool.ts';
import { specOf } from '../spec.ts';

const [json = '', workers = '1', start = '0'] = process.argv.slice(2);
const assignment = {
  test: { namespace: 'bench', name: 'verdicts', uid: 'bench' },
  spec: specOf(JSON.parse(json)),
  index: 0,
  replicas: 1,
};
const pool = await startWorkers(shares(assignment, Number(workers)), new Map());
pool.start(Number(start));
const snapshots = await pool.done;
await pool.close();
console.log(JSON.stringify(encodeSnapshot(mergeSnapshots(snapshots))));
