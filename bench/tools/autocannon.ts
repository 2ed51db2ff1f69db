import { npmScript } from '../install.ts';
import { CONNECTIONS, JSON_BODY } from '../scenario.ts';
import { HTTP1_ONLY, type Tool, type ToolReport } from './tool.ts';

export const autocannon: Tool = {
  name: 'autocannon',
  install: npmScript('autocannon', 'autocannon.js'),
  protocols: HTTP1_ONLY,
  invoke(program, { scenario, url, seconds, certificate }) {
    const { load, method } = scenario;
    const pace = load.type === 'Open' ? ['-R', String(load.rate)] : [];
    const post = method === 'POST' ? ['-m', 'POST', '-H', 'Content-Type=application/json', '-b', JSON_BODY] : [];
    return {
      command: [...program, '-c', String(CONNECTIONS), '-d', String(seconds), ...pace, ...post, '-j', url],
      env: { NODE_EXTRA_CA_CERTS: certificate },
      readReport: readAutocannon,
    };
  },
};

function readAutocannon(stdout: string): ToolReport {
  const { latency } = JSON.parse(stdout) as { latency: { p97_5: number; p99: number; max: number } };
  return { p99: latency.p99, max: latency.max };
}
