import { cargoProgram } from '../install.ts';
import { CONNECTIONS, JSON_BODY } from '../scenario.ts';
import type { Tool, ToolReport } from './tool.ts';

export const oha: Tool = {
  name: 'oha',
  install: cargoProgram('oha', '1.16.0'),
  invoke([program], { scenario, url, seconds }) {
    const { load, method, protocol } = scenario;
    const pace = load.type === 'Open' ? ['-q', String(load.rate), '--latency-correction'] : [];
    const post = method === 'POST' ? ['-m', 'POST', '-T', 'application/json', '-d', JSON_BODY] : [];
    const secure = protocol === 'http' ? [] : ['--insecure'];
    const [connections, streams] = load.type === 'Open' ? [CONNECTIONS] : [load.connections, load.streams];
    const parallel = streams === undefined ? [] : ['-p', String(streams)];
    const options = ['-z', `${seconds}s`, '-c', String(connections), ...parallel, ...pace, ...post, ...secure];
    const report = ['--no-tui', '--output-format', 'json', '-w'];
    return {
      command: [program!, ...options, ...report, ...(protocol === 'h2' ? ['--http2'] : []), url],
      readReport: readOha,
    };
  },
};

function readOha(stdout: string): ToolReport {
  const report = JSON.parse(stdout) as {
    summary: { slowest: number };
    latencyPercentiles: Record<'p95' | 'p99', number>;
  };
  const { p95, p99 } = report.latencyPercentiles;
  return { p95: p95 * 1e3, p99: p99 * 1e3, max: report.summary.slowest * 1e3 };
}
