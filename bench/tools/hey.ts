import { debian } from '../install.ts';
import { JSON_BODY } from '../scenario.ts';
import { hasManyStreams, ONE_STREAM, type Tool, type ToolReport } from './tool.ts';

/** The rate limit applies per worker, so that the number of workers must divide the rate. */
const WORKERS = 50;

export const hey: Tool = {
  name: 'hey',
  install: debian('hey'),
  invoke([program], { scenario, url, seconds }) {
    const { load, method, protocol } = scenario;
    if (hasManyStreams(scenario)) return ONE_STREAM;
    const pace =
      load.type === 'Closed'
        ? ['-c', String(load.connections)]
        : ['-c', String(WORKERS), '-q', String(load.rate / WORKERS)];
    const post = method === 'POST' ? ['-m', 'POST', '-T', 'application/json', '-d', JSON_BODY] : [];
    const options = ['-z', `${seconds}s`, ...pace, ...post, ...(protocol === 'h2' ? ['-h2'] : [])];
    return { command: [program!, ...options, url], readReport: readHey };
  },
};

function readHey(stdout: string): ToolReport {
  const milliseconds = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1]) * 1e3;
  return {
    p95: milliseconds(/95%+ in ([\d.]+) secs/),
    p99: milliseconds(/99%+ in ([\d.]+) secs/),
    max: milliseconds(/Slowest:\s+([\d.]+) secs/),
  };
}
