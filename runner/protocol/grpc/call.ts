import type { PreparedRequest } from '../../request/prepared-request.ts';
import { failureOf } from '../../transport/error-kind.ts';
import type { ResponseHeaders } from '../../transport/message.ts';
import type { Transport } from '../../transport/transport.ts';
import { GrpcResponse } from './grpc-response.ts';

type CallOptions = { timeoutMs: number; interrupt?: AbortSignal | undefined };

/** Makes one call outside of any load. Rejects with the kind and the words of its failure, or when it is interrupted; an error status is none. */
export function callOnce(
  transport: Transport,
  call: PreparedRequest,
  { timeoutMs, interrupt }: CallOptions,
): Promise<GrpcResponse> {
  const response = new GrpcResponse();
  return new Promise((done, fail) => {
    const end = (failure?: { kind: string; example: string }) => {
      clearTimeout(timer);
      interrupt?.removeEventListener('abort', onInterrupt);
      // The transport is still at work with the event.
      queueMicrotask(() => connection.close());
      if (failure === undefined) done(response);
      else fail(new Error(`${failure.kind}: ${failure.example}`));
    };
    const connection = transport.open({
      waits: () => {},
      written: () => {},
      head: (status: number, headers?: ResponseHeaders) => response.head(status, headers),
      data: (chunk) => void response.data(chunk),
      trailers: (trailers) => response.trailers(trailers),
      end: () => end(response.failure),
      failed: (error) => end(failureOf(error)),
    });
    const giveUp = (failure: { kind: string; example: string }) => {
      connection.cancel();
      end(failure);
    };
    const onInterrupt = () => giveUp({ kind: 'Interrupted', example: 'the call was interrupted' });
    const timer = setTimeout(
      () => giveUp({ kind: 'TimedOutWaiting', example: 'no complete response within the timeout' }),
      timeoutMs,
    );
    interrupt?.addEventListener('abort', onInterrupt);
    response.expect(call, call);
    connection.send(call);
  });
}
