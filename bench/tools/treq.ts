import { join } from 'node:path';
import { python } from '../install.ts';
import { JSON_BODY } from '../scenario.ts';
import { CLOSED_ONLY, type Tool } from './tool.ts';

export const treq: Tool = {
  name: 'treq',
  install: python('treq', '26.7.0'),
  protocols: ['http'],
  invoke([interpreter], { scenario, url, seconds }) {
    const { load, method } = scenario;
    if (load.type === 'Open') return CLOSED_ONLY;
    return {
      command: [interpreter!, join(import.meta.dirname, 'treq_loop.py')],
      env: {
        URL: url,
        METHOD: method,
        BODY: JSON_BODY,
        SECONDS: String(seconds),
        CONNECTIONS: String(load.connections),
      },
    };
  },
};
