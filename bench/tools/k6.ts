import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from '../install.ts';
import { JSON_BODY } from '../scenario.ts';
import { hasManyStreams, ONE_STREAM, type Tool, type ToolReport } from './tool.ts';

/** Virtual users that k6 allocates before an open load; it adds more when these are all in use. */
const READY = 1200;

export const k6: Tool = {
  name: 'k6',
  install: onPath('k6', 'AGPL-3.0', 'https://grafana.com/docs/k6/latest/set-up/install-k6/'),
  invoke([program], { scenario, url, seconds, dir }) {
    const { load, method, protocol } = scenario;
    if (hasManyStreams(scenario)) return ONE_STREAM;
    const summary = join(dir, 'k6.json');
    const words = {
      URL: url,
      METHOD: method,
      BODY: method === 'POST' ? JSON_BODY : '',
      SECONDS: String(seconds),
      RATE: load.type === 'Open' ? String(load.rate) : '',
      CONNECTIONS: String(load.type === 'Open' ? READY : load.connections),
    };
    const settings = Object.entries(words).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const script = join(import.meta.dirname, 'k6.js');
    return {
      command: [program!, 'run', '--quiet', '--no-usage-report', '--summary-export', summary, ...settings, script],
      env: { GODEBUG: protocol === 'https' ? 'http2client=0' : '' },
      readReport: () => readK6(readFileSync(summary, 'utf8')),
    };
  },
};

function readK6(summary: string): ToolReport {
  const { metrics } = JSON.parse(summary) as { metrics: Record<string, Record<string, number>> };
  const times = metrics.http_req_duration;
  return { p95: times?.['p(95)'], p99: times?.['p(99)'], max: times?.max };
}
