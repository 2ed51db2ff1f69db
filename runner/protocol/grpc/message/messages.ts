import type protobuf from 'protobufjs';
import protojson from 'protobufjs/ext/protojson.js';
import { parseExactJson } from '../../../../api/common/notation/exact-json.ts';
import { zlib } from '../../../../model/common/zlib.ts';
import { type Fault, messageFault, requiredFault } from './message-fault.ts';
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
  const value = parseExactJson(json, String);
  try {
    return type.encode(messageOf(type, value)).finish();
  } catch (error) {
    throw inWords(name, faultOf(type, value, error as Error));
  }
}

/** Throws the same error for a message that its type does not allow, which may lack required fields. */
export function checkMessage(type: protobuf.Type, json: string, name: string): void {
  const fault = faultIn(type, json);
  if (fault !== undefined) throw inWords(name, fault);
}

/** The fault of a message of ProtoJSON that its type does not allow. One that lacks required fields has none. */
export function faultIn(type: protobuf.Type, json: string): Fault | undefined {
  const value = parseExactJson(json, String);
  try {
    messageOf(type, value);
    return undefined;
  } catch (error) {
    return faultOf(type, value, error as Error);
  }
}

function messageOf(type: protobuf.Type, value: unknown): protobuf.Message {
  return isValue(type) ? messageOfValue(type, value as object) : protojson.fromJson(type, value as never);
}

function faultOf(type: protobuf.Type, value: unknown, error: Error): Fault {
  const found = hasOwnJson(type) ? undefined : (messageFault(type, value) ?? requiredFault(type, value));
  return found ?? { path: '', fault: error.message };
}

function inWords(name: string, { path, fault }: Fault): Error {
  return new Error(`${name}${path}: ${fault}`);
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
