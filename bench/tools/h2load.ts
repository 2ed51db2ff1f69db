import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debian } from '../install.ts';
import { JSON_BODY, PAYLOAD, PING } from '../scenario.ts';
import { ALL_PROTOCOLS, CLOSED_ONLY, type Tool } from './tool.ts';

export const h2load: Tool = {
  name: 'h2load',
  install: debian('h2load', 'nghttp2-client'),
  protocols: ALL_PROTOCOLS,
  invoke([program], { scenario, url, seconds, dir }) {
    const { load, method, protocol } = scenario;
    if (load.type === 'Open') return CLOSED_ONLY;
    const isGrpc = protocol === 'grpc';
    const body = join(dir, 'h2load.body');
    writeFileSync(body, isGrpc ? pingMessage() : JSON_BODY);
    const type = isGrpc ? ['application/grpc', '-H', 'te: trailers'] : ['application/json'];
    const post = method === 'POST' ? ['-d', body, '-H', `content-type: ${type[0]}`, ...type.slice(1)] : [];
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
    if (isGrpc) return { command: [program!, ...options, new URL(`${PING.service}/${PING.method}`, url).href] };
    return { command: [program!, ...options, ...(protocol === 'h2' ? [] : ['--h1']), url] };
  },
};

/** The message as protobuf (field 3, a text) behind its length: h2load sends bytes and reads no status of gRPC. */
function pingMessage(): Buffer {
  const message = Buffer.from([(3 << 3) | 2, PAYLOAD.length, ...Buffer.from(PAYLOAD)]);
  return Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
}
