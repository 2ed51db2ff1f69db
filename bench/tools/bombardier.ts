import { goProgram } from '../install.ts';
import { CONNECTIONS, JSON_BODY } from '../scenario.ts';
import { hasManyStreams, ONE_STREAM, type Tool, type ToolReport } from './tool.ts';

export const bombardier: Tool = {
  name: 'bombardier',
  install: goProgram('bombardier', 'github.com/codesenberg/bombardier', 'v1.2.6'),
  invoke([program], { scenario, url, seconds }) {
    const { load, method, protocol } = scenario;
    if (hasManyStreams(scenario)) return ONE_STREAM;
    const pace = load.type === 'Open' ? ['-r', String(load.rate)] : [];
    const post = method === 'POST' ? ['-m', 'POST', '-H', 'Content-Type: application/json', '-b', JSON_BODY] : [];
    const secure = protocol === 'http' ? [] : ['-k'];
    const options = ['-c', String(CONNECTIONS), '-d', `${seconds}s`, ...pace, ...post, ...secure];
    const report = ['-l', '-p', 'r', '-o', 'json'];
    return {
      command: [program!, ...options, ...report, ...(protocol === 'h2' ? ['--http2'] : []), url],
      readReport: readBombardier,
    };
  },
};

function readBombardier(stdout: string): ToolReport {
  const { latency } = JSON.parse(stdout).result as {
    latency: { max: number; percentiles: Record<'95' | '99', number> };
  };
  return { p95: latency.percentiles['95'] / 1e3, p99: latency.percentiles['99'] / 1e3, max: latency.max / 1e3 };
}
