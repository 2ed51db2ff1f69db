import protobuf from 'protobufjs';
import protojson from 'protobufjs/ext/protojson.js';
import { lacks } from '../../../../api/common/misspelt/lacks.ts';

const WELL_KNOWN = '.google.protobuf.';

type NamedField = protobuf.Field & { protoName?: string; jsonName?: string };
type Fault = { path: string; fault: string };

/**
 * The innermost field of a message as JSON that its type does not allow, as a path such as `.lines[1].sku`, and what is wrong with it.
 * Undefined where only the message as a whole is wrong.
 */
export function messageFault(type: protobuf.Type, json: unknown, path = ''): Fault | undefined {
  if (!isObject(json)) return undefined;
  for (const [key, value] of Object.entries(json)) {
    const error = errorOf(type, key, value);
    if (error === undefined) continue;
    const field = fieldOf(type, key);
    if (field === undefined) return { path, fault: unknownField(type, key) };
    const at = `${path}.${key}`;
    return innerFault(type, field, { key, value, at }) ?? { path: at, fault: error.replace(/^[.][\w.]+: /, '') };
  }
  return undefined;
}

type Place = { key: string; value: unknown; at: string };

function innerFault(type: protobuf.Type, { resolvedType, map, repeated }: protobuf.Field, { key, value, at }: Place) {
  if (!(resolvedType instanceof protobuf.Type) || map || isWellKnown(resolvedType)) return undefined;
  if (!repeated) return messageFault(resolvedType, value, at);
  if (!Array.isArray(value)) return undefined;
  const index = value.findIndex((one) => errorOf(type, key, [one]) !== undefined);
  return messageFault(resolvedType, value[index], `${at}[${index}]`);
}

/** What is wrong with a message of one field. */
function errorOf(type: protobuf.Type, key: string, value: unknown): string | undefined {
  try {
    type.encode(protojson.fromJson(type, { [key]: value } as never)).finish();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function unknownField({ fullName, fieldsArray }: protobuf.Type, key: string): string {
  return lacks(
    fullName.slice(1),
    'field',
    key,
    fieldsArray.map(({ name }) => name),
  );
}

/** The field with this name in JSON: in camel case, or as in the .proto file. */
export function fieldOf(type: protobuf.Type, key: string): protobuf.Field | undefined {
  return (type.fieldsArray as NamedField[]).find(
    ({ name, protoName, jsonName }) => name === key || protoName === key || jsonName === key,
  );
}

/** Whether the JSON of a type is not that of its fields. */
export function isWellKnown({ fullName }: protobuf.Type): boolean {
  return fullName.startsWith(WELL_KNOWN);
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
