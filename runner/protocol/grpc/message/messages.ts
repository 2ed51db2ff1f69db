import type protobuf from 'protobufjs';
import protojson from 'protobufjs/ext/protojson.js';
import { parseExactJson } from '../../../../api/common/notation/exact-json.ts';
import { zlib } from '../../../../model/common/zlib.ts';
import { messageFault, requiredFault } from './message-fault.ts';
import { jsonOf } from './message-json.ts';
import { hasOwnJson, isValue, messageOfValue } from './own-json.ts';

/** The bytes before each message: whether it is compressed, and its length (gRPC over HTTP/2, Length-Prefixed-Message). */
export const PREFIX_BYTES = 5;
export const COMPRESSED = 1;

/**
 * A message of ProtoJSON as protobuf. Throws an error that begins with `name`, the path of the field which the type lacks, or which has a wrong
 * value.
 */
export function encodeMessage(type: protobuf.Type, json: string, name: string): Uint8Array {
  return fromJson(type, json, name, (message) => type.encode(message).finish());
}

/** Throws the same error for a message that its type does not allow, which may lack required fields. */
export function checkMessage(type: protobuf.Type, json: string, name: string): void {
  fromJson(type, json, name, () => {});
}

function fromJson<T>(type: protobuf.Type, json: string, name: string, use: (message: protobuf.Message) => T): T {
  const value = parseExactJson(json, String);
  try {
    return use(isValue(type) ? messageOfValue(type, value as object) : protojson.fromJson(type, value));
  } catch (error) {
    const fault = hasOwnJson(type) ? undefined : (messageFault(type, value) ?? requiredFault(type, value));
    throw new Error(`${name}${fault?.path ?? ''}: ${fault?.fault ?? (error as Error).message}`);
  }
}

/** A message as a value of ProtoJSON. Throws for bytes that are no message of the type. */
export function messageJson(type: protobuf.Type, message: Uint8Array): unknown {
  return jsonOf(type, type.decode(message));
}

/** A message, whose parts follow each other on the wire, with its prefix. */
export function framed(parts: readonly Uint8Array[], isCompressed: boolean): Buffer {
  const payload = isCompressed ? [zlib().gzipSync(Buffer.concat(parts))] : parts;
  let length = 0;
  for (const part of payload) length += part.length;
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + length);
  frame[0] = isCompressed ? COMPRESSED : 0;
  frame.writeUInt32BE(length, 1);
  let at = PREFIX_BYTES;
  for (const part of payload) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}
