/**
 * The generator of the verdict benchmark: `node bench/verdicts/generator.ts SPEC WORKERS` prepares the spec (JSON) on worker threads and
 * prints a line. It reads the start of the load, epoch milliseconds, and prints the merged snapshot in the form of the wire.
 */
import { once } from 'node:events';
import { mergeSnapshots } from '../../model/measure/merge-snapshots.ts';
import { encodeSnapshot } from '../../model/wire/runner-update.ts';
import { shares, startWorkers } from '../../runner/workers/worker-pool.ts';
import { specOf } from '../spec.ts';

const [json = '', workers = '1'] = process.argv.slice(2);
const assignment = {
  test: { namespace: 'bench', name: 'verdicts', uid: 'bench' },
  spec: specOf(JSON.parse(json)),
  index: 0,
  replicas: 1,
};
const pool = await startWorkers(shares(assignment, Number(workers)), new Map());
console.log('ready');
const [start] = await once(process.stdin, 'data');
process.stdin.destroy();
pool.start(Number(start));
const snapshots = await pool.done;
await pool.close();
console.log(JSON.stringify(encodeSnapshot(mergeSnapshots(snapshots))));
