import protobuf from 'protobufjs';
import protojson from 'protobufjs/ext/protojson.js';
import { digitsOfSingle } from '../../../../api/common/notation/single-precision.ts';
import { hasOwnJson } from './own-json.ts';

// protojson writes a float of 1.1 as 1.100000023841858, and throws for an Any of a type that the schema lacks. Other implementations of ProtoJSON write
// 1.1, and an Any is what a schema by reflection often lacks the type of. So both are replaced before protojson sees the message.

type Message = { [field: string]: unknown };
type Path = readonly (string | number)[];
/** The JSON of an Any that stands at `path` of the whole. */
type AnyJson = { path: Path; json: unknown };

const ANY = '.google.protobuf.Any';

/** A decoded message as a value of ProtoJSON, in which fields with default values are absent. Changes the message. */
export function jsonOf(type: protobuf.Type, message: object): unknown {
  if (type.fullName === ANY) return anyJson(type.root, message as Message);
  if (!contains(type)) return protojson.toJson(type, message);
  const found: AnyJson[] = [];
  replaceIn(type, message as Message, [], found);
  const json: unknown = protojson.toJson(type, message);
  for (const { path, json: inner } of found) putAt(json, path, inner);
  return json;
}

/** As protojson writes it; of an unknown type its bytes in base64. */
function anyJson(root: protobuf.Root, { type_url, typeUrl = type_url, value }: Message): unknown {
  if (typeof typeUrl !== 'string' || typeUrl === '') return {};
  const bytes = value instanceof Uint8Array ? value : new Uint8Array();
  const type = root.lookup(typeUrl.slice(typeUrl.lastIndexOf('/') + 1), [protobuf.Type]);
  if (!(type instanceof protobuf.Type)) return { '@type': typeUrl, value: Buffer.from(bytes).toString('base64') };
  const json = jsonOf(type, type.decode(bytes));
  return hasOwnJson(type) ? { '@type': typeUrl, value: json } : { '@type': typeUrl, ...(json as object) };
}

const known = new WeakMap<protobuf.Type, boolean>();

/** Whether messages of a type may contain a float or an Any. */
function contains(type: protobuf.Type): boolean {
  const before = known.get(type);
  if (before !== undefined) return before;
  const seen = new Set([type]);
  for (const one of seen)
    for (const { resolvedType } of one.fieldsArray) if (resolvedType instanceof protobuf.Type) seen.add(resolvedType);
  const does = [...seen].some((one) => one.fullName === ANY || one.fieldsArray.some((field) => field.type === 'float'));
  known.set(type, does);
  return does;
}

/** Replaces floats by the double of the same shortest notation, and an Any by an empty one. `path`: undefined where JSON has no path to it. */
function replaceIn(type: protobuf.Type, message: Message, path: Path | undefined, found: AnyJson[]): unknown {
  if (type.fullName === ANY) {
    if (path === undefined) return message;
    found.push({ path, json: anyJson(type.root, message) });
    return {};
  }
  for (const field of type.fieldsArray) {
    const { name, resolvedType } = field;
    const isMessage = resolvedType instanceof protobuf.Type && contains(resolvedType);
    if (!Object.hasOwn(message, name) || message[name] === null || !(isMessage || field.type === 'float')) continue;
    message[name] = mapped(field, message[name], (value, ...at) => {
      if (!isMessage) return shortest(value as number);
      const key = jsonKeyOf(field);
      return replaceIn(
        resolvedType,
        value as Message,
        path === undefined || key === undefined ? undefined : [...path, key, ...at],
        found,
      );
    });
  }
  return message;
}

/** All values of a field, each with its index or key. */
function mapped(field: protobuf.Field, value: unknown, change: (value: unknown, ...at: Path) => unknown): unknown {
  if (field.map)
    return Object.fromEntries(Object.entries(value as Message).map(([key, one]) => [key, change(one, key)]));
  return field.repeated ? (value as unknown[]).map((one, i) => change(one, i)) : change(value);
}

/** The key of a field in JSON; undefined for an extension, and for a map whose keys JSON writes in another way. */
function jsonKeyOf(field: protobuf.Field): string | undefined {
  const keyType = field instanceof protobuf.MapField ? field.keyType : '';
  return field.declaringField !== null || field.name.startsWith('.') || /64$/.test(keyType)
    ? undefined
    : field.jsonName;
}

function shortest(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digitsOfSingle(value))) : value;
}

function putAt(json: unknown, path: Path, value: unknown): void {
  const parent = path.slice(0, -1).reduce((at, key) => (at as Message)[key], json) as Message;
  parent[path.at(-1)!] = value;
}
