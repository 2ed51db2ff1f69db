import { goProgram } from '../install.ts';
import { PAYLOAD, PING } from '../scenario.ts';
import { CLOSED_ONLY, type Tool } from './tool.ts';

export const ghz: Tool = {
  name: 'ghz',
  install: goProgram('ghz', 'github.com/bojand/ghz', 'v0.121.0', 'cmd/ghz'),
  protocols: ['grpc'],
  invoke([program], { scenario: { load }, url, seconds }) {
    if (load.type === 'Open') return CLOSED_ONLY;
    const { connections, streams = 1 } = load;
    const calls = ['-c', String(connections * streams), '--connections', String(connections), '-z', `${seconds}s`];
    // Otherwise it renders the message anew for each call, which costs more.
    const asItIs = ['--disable-template-functions', '--disable-template-data'];
    const message = ['--call', `${PING.service}.${PING.method}`, '-d', JSON.stringify({ payload: PAYLOAD }), ...asItIs];
    return { command: [program!, '--insecure', ...message, ...calls, '--duration-stop', 'wait', new URL(url).host] };
  },
};
