import { join } from 'node:path';
import { python } from '../install.ts';
import { JSON_BODY } from '../scenario.ts';
import { CLOSED_ONLY, NO_HTTP2, type Tool } from './tool.ts';

export const treq: Tool = {
  name: 'treq',
  install: python('treq', '26.7.0'),
  invoke([interpreter], { scenario, url, seconds }) {
    const { load, method, protocol } = scenario;
    if (load.type === 'Open') return CLOSED_ONLY;
    if (protocol === 'h2') return NO_HTTP2;
    if (protocol === 'https') return { cannot: 'its loop here does without TLS' };
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
