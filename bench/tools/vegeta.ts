import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../test/cluster/system/run.ts';
import { goProgram } from '../install.ts';
import { JSON_BODY } from '../scenario.ts';
import { hasManyStreams, type Job, ONE_STREAM, type Tool, type ToolReport } from './tool.ts';

export const vegeta: Tool = {
  name: 'vegeta',
  install: goProgram('vegeta', 'github.com/tsenart/vegeta/v12', 'v12.13.0'),
  invoke([program], job) {
    const { scenario, seconds, certificate, dir } = job;
    const { load, protocol } = scenario;
    if (hasManyStreams(scenario)) return ONE_STREAM;
    const results = join(dir, 'vegeta.bin');
    const pace =
      load.type === 'Closed'
        ? ['-rate=0', `-workers=${load.connections}`, `-max-workers=${load.connections}`]
        : [`-rate=${load.rate}`];
    const options = [`-duration=${seconds}s`, `-http2=${protocol === 'h2'}`, `-root-certs=${certificate}`, ...pace];
    return {
      command: [program!, 'attack', `-targets=${targets(job)}`, `-output=${results}`, '-max-body=0', ...options],
      readReport: async () => readVegeta(await run([program!, 'report', '-type=json', results])),
    };
  },
};

function targets({ scenario: { method }, url, dir }: Job): string {
  const [file, body] = [join(dir, 'vegeta.txt'), join(dir, 'vegeta.json')];
  writeFileSync(body, JSON_BODY);
  writeFileSync(file, method === 'GET' ? `GET ${url}\n` : `POST ${url}\nContent-Type: application/json\n@${body}\n`);
  return file;
}

function readVegeta(report: string): ToolReport {
  const { latencies } = JSON.parse(report) as { latencies: Record<'95th' | '99th' | 'max', number> };
  return { p95: latencies['95th'] / 1e6, p99: latencies['99th'] / 1e6, max: latencies.max / 1e6 };
}
