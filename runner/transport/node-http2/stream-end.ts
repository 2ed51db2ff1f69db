import { subscribe } from 'node:diagnostics_channel';
import { type ClientHttp2Stream, constants } from 'node:http2';

/** How a stream was closed, as far as node:http2's events do not tell. */
export type StreamEnd = {
  /** Whether the server's END_STREAM came before the close: only then is a response complete (RFC 9113, 8.1). */
  complete: boolean;
  /** Whether node:http2 reset the stream, because it found the response malformed (RFC 9113, 8.1.1). */
  malformed: boolean;
};

const END = Symbol('end');
type Watched = ClientHttp2Stream & { [END]?: StreamEnd; readonly _readableState: { readonly ended: boolean } };

/** Node publishes this within the close, before it ends the readable side of a stream that was reset with NO_ERROR. */
subscribe('http2.client.stream.close', (message) => {
  const stream = (message as { stream: Watched }).stream;
  const { ended: complete } = stream._readableState;
  stream[END] = { complete, malformed: !complete && isOwnReset(stream) };
});

/**
 * Whether a stream with PROTOCOL_ERROR was reset by nghttp2, on behalf of node:http2, and not by the server: a reset that was received also
 * closes the remote side.
 */
function isOwnReset(stream: Watched): boolean {
  return stream.rstCode === constants.NGHTTP2_PROTOCOL_ERROR && stream.state.remoteClose === 0;
}

/** How a stream has been closed; undefined while it is open. */
export function streamEndOf(stream: ClientHttp2Stream): StreamEnd | undefined {
  return (stream as Watched)[END];
}
