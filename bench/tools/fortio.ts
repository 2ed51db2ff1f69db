import { goProgram } from '../install.ts';
import { PAYLOAD } from '../scenario.ts';
import { CLOSED_ONLY, type Tool } from './tool.ts';

export const fortio: Tool = {
  name: 'fortio',
  install: goProgram('fortio', 'fortio.org/fortio', 'v1.67.1'),
  protocols: ['grpc'],
  invoke([program], { scenario: { load }, url, seconds }) {
    if (load.type === 'Open') return CLOSED_ONLY;
    const { connections, streams = 1 } = load;
    const calls = ['-c', String(connections), '-s', String(streams), '-qps', '0', '-t', `${seconds}s`];
    const ping = ['-grpc', '-ping', '-payload', PAYLOAD];
    return { command: [program!, 'load', '-loglevel', 'Warning', ...ping, ...calls, new URL(url).host] };
  },
};
