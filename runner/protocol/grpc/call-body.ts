import type { GrpcCall } from '../../../api/loadtest/grpc.ts';
import { fill, type Template } from '../../../model/request/template.ts';
import type { BodyContent } from '../../request/body/body.ts';
import { encodeJson } from '../../request/body/json.ts';
import type { Values } from '../../values/referenced-values.ts';
import { encodeMessage, framed } from './messages.ts';
import type { GrpcMethod } from './method.ts';

/** The messages with their prefixes; each without variables is encoded now. */
export function bodyOf(
  name: string,
  { message = {}, messages, encoding }: GrpcCall,
  { request }: GrpcMethod,
  input: { values: Values; columns: readonly string[] },
): BodyContent {
  const encode = (json: string, field: string) =>
    framed(encodeMessage(request, json, `request "${name}", grpc.${field}`), encoding === 'Gzip');
  const frames = (messages ?? [message]).map((one, i) => {
    const field = messages === undefined ? 'message' : `messages[${i}]`;
    const json = encodeJson(one, input).content as Template;
    return typeof json === 'string'
      ? encode(json, field)
      : (scope: Parameters<typeof fill>[1]) => encode(fill(json, scope), field);
  });
  if (frames.every((frame) => typeof frame !== 'function')) return Buffer.concat(frames);
  return (scope) => Buffer.concat(frames.map((frame) => (typeof frame === 'function' ? frame(scope) : frame)));
}
