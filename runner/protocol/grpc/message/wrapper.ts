import type protobuf from 'protobufjs';
import protojson from 'protobufjs/ext/protojson.js';
import { isWellKnown, unknownField } from './message-fault.ts';

/** Whether a type is one of google/protobuf/wrappers.proto, which ProtoJSON writes as the value alone. A spec has a message as an object: {value: …}. */
export function isWrapper(type: protobuf.Type): boolean {
  const { fieldsArray } = type;
  // A message with variables is encoded for each call: the full name, which is put together each time, comes last.
  return fieldsArray.length === 1 && fieldsArray[0]!.name === 'value' && isWellKnown(type);
}

/** The message of a wrapper from its fields. Throws for a field that it lacks and for a wrong value. */
export function wrapperOf(type: protobuf.Type, fields: object): protobuf.Message {
  const unknown = Object.keys(fields).find((key) => key !== 'value');
  if (unknown !== undefined) throw new Error(unknownField(type, unknown));
  const { value } = fields as { value?: unknown };
  return value === undefined || value === null ? type.create() : protojson.fromJson(type, value as never);
}
