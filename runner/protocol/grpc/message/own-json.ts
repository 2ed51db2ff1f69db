import type protobuf from 'protobufjs';
import protojson from 'protobufjs/ext/protojson.js';
import { lacks } from '../../../../api/common/misspelt/lacks.ts';
import { isWellKnown } from './message-fault.ts';

const NUMBERS = ['Double', 'Float', 'Int32', 'Int64', 'UInt32', 'UInt64'] as const;
const WRAPPERS = [...NUMBERS, 'Bool', 'Bytes', 'String'].map((name) => `${name}Value`);
const VALUES = new Set([...WRAPPERS, 'Duration', 'FieldMask', 'ListValue', 'Timestamp', 'Value']);
const OBJECTS = new Set(['Any', 'Struct']);

/** Whether the JSON of a type is a value of its own, such as a time, and no object. A spec has a message as an object: {value: …}. */
export function isValue(type: protobuf.Type): boolean {
  // A message with variables is encoded for each call: the full name, which is put together each time, comes last.
  return VALUES.has(type.name) && isWellKnown(type);
}

/** Whether the JSON of a type is not an object of its fields; in an Any it is the field `value`. */
export function hasOwnJson(type: protobuf.Type): boolean {
  return isValue(type) || (OBJECTS.has(type.name) && isWellKnown(type));
}

/** The message of such a value from the object of a spec. Throws for another field and for a wrong value. */
export function messageOfValue(type: protobuf.Type, fields: object): protobuf.Message {
  const unknown = Object.keys(fields).find((key) => key !== 'value');
  if (unknown !== undefined) throw new Error(lacks(type.fullName.slice(1), 'field', unknown, ['value']));
  const { value } = fields as { value?: unknown };
  // Null is a value of Value, and of the others the default.
  if (value === undefined || (value === null && type.name !== 'Value')) return type.create();
  return protojson.fromJson(type, value as never);
}
