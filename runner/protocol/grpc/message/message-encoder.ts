import type protobuf from 'protobufjs';
import type { JsonValue } from '../../../../api/common/notation/exact-json.ts';
import type { GrpcMessage } from '../../../../api/loadtest/grpc.ts';
import { fill, type Scope, type Template } from '../../../../model/request/template.ts';
import { encodeJson } from '../../../request/body/json.ts';
import type { Values } from '../../../values/referenced-values.ts';
import { constantPart } from './constant-part.ts';
import { fieldOf, isWellKnown, requiredFault } from './message-fault.ts';
import { checkMessage, encodeMessage } from './messages.ts';

type Input = { values: Values; columns: readonly string[] };

/** The parts of a message on the wire, or a function that encodes them for one arrival. */
export type EncodedMessage = readonly Uint8Array[] | ((scope: Scope) => readonly Uint8Array[]);

/**
 * Encodes a message, whose errors begin with `name`. The fields of a message may stand on the wire in any order, so that those without variables are
 * encoded once, and only the others for each arrival. Throws an error for a message that no value of its variables makes valid.
 */
export function messageEncoder(type: protobuf.Type, message: GrpcMessage, name: string, input: Input): EncodedMessage {
  const fault = requiredFault(type, message);
  if (fault !== undefined) throw new Error(`${name}${fault.path}: ${fault.fault}`);
  const jsonOf = (part: GrpcMessage) => encodeJson(part, input).content as Template;
  const keys = Object.keys(message);
  const varying = keys.filter((key) => typeof jsonOf({ [key]: message[key]! }) !== 'string');
  const fixed = areApart(type, keys, varying) ? keys.filter((key) => !varying.includes(key)) : [];
  const partOf = (some: readonly string[]) => jsonOf(Object.fromEntries(some.map((key) => [key, message[key]!])));
  const parts = fixed.length === 0 ? [] : [encodeMessage(type, partOf(fixed) as string, name)];
  const template = partOf(keys.filter((key) => !fixed.includes(key)));
  if (typeof template === 'string') return [...parts, encodeMessage(type, template, name)];
  const varies = (value: JsonValue) => typeof jsonOf({ value }) !== 'string';
  if (!isWellKnown(type)) checkMessage(type, jsonOf(constantPart(type, message, varies)) as string, name);
  return (scope) => [...parts, encodeMessage(type, fill(template, scope), name)];
}

/** Whether the varying fields of a message can be encoded without the others: these are not the same fields, nor of the same oneof. */
function areApart(type: protobuf.Type, keys: readonly string[], varying: readonly string[]): boolean {
  if (isWellKnown(type)) return false;
  const groupsOf = (some: readonly string[]) =>
    some.map((key) => {
      const field = fieldOf(type, key);
      return field?.partOf?.name ?? field?.name ?? key;
    });
  const groups = new Set(groupsOf(varying));
  return groupsOf(keys.filter((key) => !varying.includes(key))).every((group) => !groups.has(group));
}
