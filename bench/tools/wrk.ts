import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debian } from '../install.ts';
import { CONNECTIONS, JSON_BODY } from '../scenario.ts';
import { ALL_PROTOCOLS, type Tool } from './tool.ts';

/**
 * The yardstick: where wrk cannot do what a scenario asks (an open loop, HTTP/2, gRPC), it runs the closed loop that comes closest, over
 * HTTP/1.1 at nginx.
 */
export const wrk: Tool = {
  name: 'wrk',
  install: debian('wrk'),
  protocols: ALL_PROTOCOLS,
  invoke([program], { scenario, url, seconds, workers = 1, dir }) {
    const script = join(dir, 'post.lua');
    writeFileSync(
      script,
      `wrk.method = "POST"\nwrk.body = '${JSON_BODY}'\nwrk.headers["Content-Type"] = "application/json"\n`,
    );
    const post = scenario.method === 'POST' ? ['-s', script] : [];
    return { command: [program!, `-t${workers}`, `-c${CONNECTIONS}`, `-d${seconds}s`, ...post, url] };
  },
};
