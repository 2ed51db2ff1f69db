import protobuf from 'protobufjs';
import protojson from 'protobufjs/ext/protojson.js';
import { lacks } from '../../../../api/common/misspelt/lacks.ts';

const WELL_KNOWN = '.google.protobuf.';

type NamedField = protobuf.Field & { protoName?: string; jsonName?: string };
/** What is wrong with a message, and the path of the field that is wrong; empty for the message itself. */
export type Fault = { path: string; fault: string };

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
    return faultOfField(type, field, { key, value, at: `${path}.${key}` }, error);
  }
  const both = oneofFault(type, Object.keys(json));
  return both === undefined ? undefined : { path, fault: both };
}

type Place = { key: string; value: unknown; at: string };

/** The fault of a field with a wrong value: of the part that is wrong, as far as that stands alone. */
function faultOfField(type: protobuf.Type, field: protobuf.Field, { key, value, at }: Place, error: string): Fault {
  for (const { part, place, alone } of partsOf(field, value)) {
    const wrong = errorOf(type, key, alone);
    if (wrong === undefined) continue;
    const { resolvedType } = field;
    const inner = resolvedType instanceof protobuf.Type && !isWellKnown(resolvedType);
    const innermost = inner ? messageFault(resolvedType, part, at + place) : undefined;
    return innermost ?? { path: at + place, fault: faultOf(field, part, wrong) };
  }
  return { path: at, fault: faultOf(field, value, error) };
}

/** protojson's words, and what would be right where these do not tell. */
function faultOf({ resolvedType, type }: protobuf.Field, value: unknown, error: string): string {
  if (resolvedType instanceof protobuf.Enum && typeof value === 'string')
    return lacks(resolvedType.fullName.slice(1), 'value', value, Object.keys(resolvedType.values));
  if (type === 'bytes' && typeof value === 'string') return `must be base64: ${JSON.stringify(value.slice(0, 64))}`;
  if (type === 'string' && (typeof value === 'boolean' || typeof value === 'number'))
    return `must be text: write it in quotes, or it is the ${typeof value} ${value}`;
  return error.replace(/^[.][\w.]+: /, '');
}

/** Two fields of one oneof, of which a message has at most one. */
function oneofFault(type: protobuf.Type, keys: readonly string[]): string | undefined {
  const groups = Map.groupBy(keys, (key) => fieldOf(type, key)?.partOf?.name);
  const [name, both] = [...groups].find(([oneof, fields]) => oneof !== undefined && fields.length > 1) ?? [];
  return both === undefined ? undefined : `only one field of the oneof ${name} can be set, not ${both.join(' and ')}`;
}

/** The first field that a message of proto2 lacks although its type requires it; servers may refuse such a message, or not. */
export function requiredFault(type: protobuf.Type, json: unknown, path = ''): Fault | undefined {
  if (!isObject(json) || isWellKnown(type)) return undefined;
  const given = new Map(Object.entries(json).map(([key, value]) => [fieldOf(type, key), { key, value }]));
  const missing = type.fieldsArray.find((field) => field.required && !given.has(field));
  if (missing !== undefined) return { path, fault: `${type.fullName.slice(1)} requires the field ${missing.name}` };
  for (const [field, { key, value }] of given) {
    if (!(field?.resolvedType instanceof protobuf.Type)) continue;
    const inner = field.resolvedType;
    const fault = partsOf(field, value)
      .map(({ part, place }) => requiredFault(inner, part, `${path}.${key}${place}`))
      .find((found) => found !== undefined);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The values of a field, each with its place in it, and as a field that has no other value. */
function partsOf(
  { repeated, map }: protobuf.Field,
  value: unknown,
): { part: unknown; place: string; alone: unknown }[] {
  if (repeated) return Array.isArray(value) ? value.map((part, i) => ({ part, place: `[${i}]`, alone: [part] })) : [];
  if (!map) return [{ part: value, place: '', alone: value }];
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, part]) => ({ part, place: `.${key}`, alone: { [key]: part } }));
}

/** What is wrong with a message of one field. */
function errorOf(type: protobuf.Type, key: string, value: unknown): string | undefined {
  try {
    protojson.fromJson(type, { [key]: value } as never);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function unknownField({ fullName, fieldsArray }: protobuf.Type, key: string): string {
  const names = fieldsArray.map(({ name }) => name);
  const hint = UNQUOTED[key] ?? '';
  return `${lacks(fullName.slice(1), 'field', key, names)}${hint}`;
}

/** The field `y` of a point is `true` to YAML 1.1, as kubectl reads it. */
const UNQUOTED: Record<string, string> = {
  true: '; write a name such as "y" in quotes, or YAML reads it as true',
  false: '; write a name such as "n" in quotes, or YAML reads it as false',
};

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

export function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
