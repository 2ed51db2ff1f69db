import { readConfig } from './config.ts';
import { jsonLog } from './log.ts';
import { startOperator } from './operator.ts';

const BAD_INPUT = 64;

const read = readConfig(process.env);
if ('problem' in read) {
  process.stderr.write(`${read.problem}\n`);
  process.exit(BAD_INPUT);
}
const log = jsonLog((line) => process.stdout.write(line));
const operator = await startOperator({ config: read.config, log });

const stop = async (signal: string) => {
  log.info('stopping', { signal });
  await operator.stop();
  process.exit(0);
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
