import type { GrpcCall, GrpcMessage } from '../../../api/loadtest/grpc.ts';
import type { Scope } from '../../../model/request/template.ts';
import type { BodyContent } from '../../request/body/body.ts';
import type { Values } from '../../values/referenced-values.ts';
import { messageEncoder } from './message/message-encoder.ts';
import { framed } from './message/messages.ts';
import type { GrpcMethod } from './method.ts';

/** The messages of a call of the request `name`, each with its place in the words of problems. */
export function messagesOf(name: string, { message = {}, messages }: GrpcCall): { message: GrpcMessage; at: string }[] {
  const place = (field: string) => `request "${name}", grpc.${field}`;
  return messages === undefined
    ? [{ message, at: place('message') }]
    : messages.map((one, i) => ({ message: one, at: place(`messages[${i}]`) }));
}

/** The messages with their prefixes; each without variables is encoded now. */
export function bodyOf(
  name: string,
  call: GrpcCall,
  { request }: GrpcMethod,
  input: { values: Values; columns: readonly string[] },
): BodyContent {
  const isCompressed = call.encoding === 'Gzip';
  const frames = messagesOf(name, call).map(({ message, at }) => {
    const encoded = messageEncoder(request, message, at, input);
    return typeof encoded === 'function'
      ? (scope: Scope) => framed(encoded(scope), isCompressed)
      : framed(encoded, isCompressed);
  });
  const [first] = frames;
  if (frames.every((frame) => typeof frame !== 'function')) return Buffer.concat(frames);
  if (frames.length === 1 && typeof first === 'function') return first;
  return (scope) => Buffer.concat(frames.map((frame) => (typeof frame === 'function' ? frame(scope) : frame)));
}
