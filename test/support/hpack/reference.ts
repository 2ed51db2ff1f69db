import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { FLAG, frame, headers, settings, TYPE } from '../target/http2/frames.ts';

/** What node:http2 makes of the header blocks of one connection: the fields of each, up to the first that is an error. */
export type Decoded = { fields: string[][]; isBroken: boolean };

/** A decoder of header blocks by nghttp2, the one of node:http2: each block is an informational response to one request. */
export async function startReference(): Promise<{
  decode(blocks: readonly Buffer[]): Promise<Decoded>;
  close(): void;
}> {
  let accept: (socket: Socket) => void = () => {};
  const server = createServer({ noDelay: true }, (socket) => accept(socket.on('error', () => {})));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    async decode(blocks) {
      const frames = blocks.map((block) => frame(TYPE.HEADERS, FLAG.END_HEADERS, 1, block));
      const reply = Buffer.concat([settings(), ...frames, headers(1, { ':status': '200' }, { end: true })]);
      accept = (socket) => void socket.once('data', () => socket.write(reply));
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      const session = connectHttp2(`http://127.0.0.1:${port}`, {
        createConnection: () => socket,
        maxHeaderListPairs: 1000,
      });
      const fields: string[][] = [];
      session.on('error', () => {});
      const stream = session.request({ ':path': '/' });
      stream.on('headers', (_head, _flags, raw: string[]) => fields.push(raw));
      stream.on('error', () => {});
      stream.resume();
      await new Promise((closed) => stream.on('close', closed));
      await new Promise(setImmediate); // the session ends after its stream
      const isBroken = session.destroyed;
      session.destroy();
      return { fields, isBroken };
    },
    close: () => server.close(),
  };
}
