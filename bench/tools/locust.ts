import { join } from 'node:path';
import { python } from '../install.ts';
import { JSON_BODY } from '../scenario.ts';
import { CLOSED_ONLY, HTTP1_ONLY, type Tool } from './tool.ts';

export const locust: Tool = {
  name: 'locust',
  install: python('locust', '2.47.0'),
  protocols: HTTP1_ONLY,
  invoke([interpreter], { scenario, url, seconds }) {
    const { load, method } = scenario;
    if (load.type === 'Open') return CLOSED_ONLY;
    const users = String(load.connections);
    const file = join(import.meta.dirname, 'locustfile.py');
    const options = ['--headless', '--only-summary', '-u', users, '-r', users, '-t', `${seconds}s`];
    return {
      command: [interpreter!, '-m', 'locust', '-f', file, '--host', new URL(url).origin, ...options],
      env: { METHOD: method, BODY: JSON_BODY },
    };
  },
};
