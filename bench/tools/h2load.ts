import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debian } from '../install.ts';
import { JSON_BODY } from '../scenario.ts';
import { CLOSED_ONLY, type Tool } from './tool.ts';

export const h2load: Tool = {
  name: 'h2load',
  install: debian('h2load', 'nghttp2-client'),
  invoke([program], { scenario, url, seconds, dir }) {
    const { load, method, protocol } = scenario;
    if (load.type === 'Open') return CLOSED_ONLY;
    const body = join(dir, 'h2load.json');
    writeFileSync(body, JSON_BODY);
    const post = method === 'POST' ? ['-d', body, '-H', 'content-type: application/json'] : [];
    const options = [
      '-t1',
      '-c',
      String(load.connections),
      '-m',
      String(load.streams ?? 1),
      '-D',
      String(seconds),
      ...post,
    ];
    return { command: [program!, ...options, ...(protocol === 'h2' ? [] : ['--h1']), url] };
  },
};
