import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debian } from '../install.ts';
import { JSON_BODY } from '../scenario.ts';
import { CLOSED_ONLY, HTTP1_ONLY, type Tool } from './tool.ts';

/** More than any run sends, so that ab ends by its time limit. */
const MANY = 50_000_000;

export const ab: Tool = {
  name: 'ab',
  install: debian('ab', 'apache2-utils'),
  protocols: HTTP1_ONLY,
  invoke([program], { scenario, url, seconds, dir }) {
    const { load, method } = scenario;
    if (load.type === 'Open') return CLOSED_ONLY;
    const body = join(dir, 'body.json');
    writeFileSync(body, JSON_BODY);
    const post = method === 'POST' ? ['-p', body, '-T', 'application/json'] : [];
    // -t implies -n 50000, unless -n comes after it.
    const options = ['-k', '-q', '-c', String(load.connections), '-t', String(seconds), '-n', String(MANY), ...post];
    return { command: [program!, ...options, url] };
  },
};
