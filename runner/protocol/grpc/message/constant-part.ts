import protobuf from 'protobufjs';
import type { JsonValue } from '../../../../api/common/notation/exact-json.ts';
import type { GrpcMessage } from '../../../../api/loadtest/grpc.ts';
import { fieldOf, isObject, isWellKnown } from './message-fault.ts';

type Varies = (value: JsonValue) => boolean;

/**
 * A message without the values that vary, so that its encoding fails where no value of a variable can mend it. Null stands for a varying field,
 * whose name is checked, too.
 */
export function constantPart(type: protobuf.Type, message: GrpcMessage, varies: Varies): GrpcMessage {
  const fields = Object.entries(message).filter(([key]) => !varies(key));
  return Object.fromEntries(
    fields.map(([key, value]) => [key, varies(value) ? constantOf(fieldOf(type, key), value, varies) : value]),
  );
}

/** The constant part of a value that varies. */
function constantOf(field: protobuf.Field | undefined, value: JsonValue, varies: Varies): JsonValue {
  const inner = field?.resolvedType;
  const isMessage = inner instanceof protobuf.Type && !isWellKnown(inner);
  const partOf = (one: JsonValue) => (isMessage && isObject(one) ? constantPart(inner, one, varies) : null);
  if (field?.map && isObject(value)) {
    const entries = Object.entries(value).filter(([key]) => !varies(key));
    const constant = entries.map(([key, one]) => [key, varies(one) ? partOf(one) : one] as const);
    return Object.fromEntries(constant.filter(([key, one]) => one !== null || value[key] === null));
  }
  if (!field?.repeated) return partOf(value);
  if (!Array.isArray(value)) return null;
  // An empty message keeps the place of one that varies as a whole, because a fault names the index.
  if (isMessage) return value.map((one) => (varies(one) ? (partOf(one) ?? {}) : one));
  return value.filter((one) => !varies(one));
}
