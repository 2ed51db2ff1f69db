import type { OutgoingRequest } from '../../runner/transport/message.ts';
import type { Transport } from '../../runner/transport/transport.ts';

/** A complete response with its whole body. */
export type RecordedResponse = { request: OutgoingRequest; status: number; body: Buffer };

/** Wraps a transport and passes every complete response to `record`. */
export function recordResponses(transport: Transport, record: (response: RecordedResponse) => void): Transport {
  return {
    connections: transport.connections,
    open: (events) => {
      let request: OutgoingRequest;
      let status = 0;
      let chunks: Buffer[] = [];
      const connection = transport.open({
        waits: () => events.waits(),
        written: () => events.written(),
        handedOver: () => events.handedOver?.(),
        head: (code, headers, isWhole) => {
          status = code;
          events.head(code, headers, isWhole);
        },
        data: (chunk) => {
          chunks.push(Buffer.from(chunk));
          events.data(chunk);
        },
        end: (idleLimit) => {
          record({ request, status, body: Buffer.concat(chunks) });
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
