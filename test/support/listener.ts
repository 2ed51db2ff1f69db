import type { OutgoingRequest } from '../../runner/transport/message.ts';
import type { Transport } from '../../runner/transport/transport.ts';

/** A response that counted as done, with its whole body. */
export type RecordedResponse = { request: OutgoingRequest; status: number; body: Buffer };

/** Wraps a transport and reports every complete response with its whole body. */
export function recordResponses(transport: Transport, hear: (heard: RecordedResponse) => void): Transport {
  return {
    connections: transport.connections,
    open: (events) => {
      let request: OutgoingRequest;
      let status = 0;
      let chunks: Buffer[] = [];
      const connection = transport.open({
        written: () => events.written(),
        head: (code, headers) => {
          status = code;
          events.head(code, headers);
        },
        data: (chunk) => {
          chunks.push(Buffer.from(chunk));
          events.data(chunk);
        },
        end: (idleLimit) => {
          hear({ request, status, body: Buffer.concat(chunks) });
          events.end(idleLimit);
        },
        failed: (error) => events.failed(error),
      });
      return {
        get connected() {
          return connection.connected;
        },
        send: (sent) => {
          request = sent;
          status = 0;
          chunks = [];
          connection.send(sent);
        },
        cancel: () => connection.cancel(),
        close: () => connection.close(),
      };
    },
  };
}
