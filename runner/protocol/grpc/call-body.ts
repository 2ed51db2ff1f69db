import type { GrpcCall } from '../../../api/loadtest/grpc.ts';
import type { Scope } from '../../../model/request/template.ts';
import type { BodyContent } from '../../request/body/body.ts';
import type { Values } from '../../values/referenced-values.ts';
import { messageEncoder } from './message/message-encoder.ts';
import { framed } from './message/messages.ts';
import type { GrpcMethod } from './method.ts';

/** The messages with their prefixes; each without variables is encoded now. */
export function bodyOf(
  name: string,
  { message = {}, messages, encoding }: GrpcCall,
  { request }: GrpcMethod,
  input: { values: Values; columns: readonly string[] },
): BodyContent {
  const isCompressed = encoding === 'Gzip';
  const frames = (messages ?? [message]).map((one, i) => {
    const field = messages === undefined ? 'message' : `messages[${i}]`;
    const encoded = messageEncoder(request, one, `request "${name}", grpc.${field}`, input);
    return typeof encoded === 'function'
      ? (scope: Scope) => framed(encoded(scope), isCompressed)
      : framed(encoded, isCompressed);
  });
  const [first] = frames;
  if (frames.every((frame) => typeof frame !== 'function')) return Buffer.concat(frames);
  if (frames.length === 1 && typeof first === 'function') return first;
  return (scope) => Buffer.concat(frames.map((frame) => (typeof frame === 'function' ? frame(scope) : frame)));
}
