import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goProgram } from '../install.ts';
import { JSON_BODY } from '../scenario.ts';
import type { Said, Tool } from './tool.ts';

/** Virtual users that stand ready at an open load; k6 makes more when they do not suffice. */
const READY = 1200;

export const k6: Tool = {
  name: 'k6',
  install: goProgram('k6', 'go.k6.io/k6/v2', 'v2.2.0'),
  invoke([program], { scenario, url, seconds, dir }) {
    const { load, method, protocol } = scenario;
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
      said: () => readK6(readFileSync(summary, 'utf8')),
    };
  },
};

function readK6(summary: string): Said {
  const { metrics } = JSON.parse(summary) as { metrics: Record<string, Record<string, number>> };
  const times = metrics.http_req_duration;
  return { p95: times?.['p(95)'], p99: times?.['p(99)'], max: times?.max };
}
