/**
 * `node bench/local.ts FILE WORKERS` runs the LoadTest in FILE like the CLI, but on WORKERS threads, even more than the machine has cores,
 * and prints it with its status as JSON.
 */
import { readFileSync } from 'node:fs';
import { prepareTests } from '../cli/input/prepare-tests.ts';
import { runLocally } from '../cli/local/local-run.ts';

const [file = '', workers = '1'] = process.argv.slice(2);
const prepared = prepareTests(readFileSync(file, 'utf8'), file, [], (prefix) => prefix);
if ('problems' in prepared) throw new Error(prepared.problems.join('; '));
const finished = await runLocally({
  ...prepared.tests[0]!,
  runners: Number(workers),
  cores: Number(workers),
  now: Date.now,
  environment: { version: 'bench' },
  onProgress: () => {},
  onRequestLogged: () => {},
  onWritten: () => {},
  interrupt: new AbortController().signal,
});
console.log(JSON.stringify(finished));
