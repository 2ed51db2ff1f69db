import type protobuf from 'protobufjs';
import type { JsonValue } from '../../../../api/common/notation/exact-json.ts';
import { textsIn, variablesIn } from '../../../../api/common/template.ts';
import type { GrpcMessage } from '../../../../api/loadtest/grpc.ts';
import type { Scope } from '../../../../model/request/template.ts';
import { encodeJson } from '../../../request/body/json.ts';
import { constantPart } from './constant-part.ts';
import { type Fault, isWellKnown } from './message-fault.ts';
import { faultIn } from './messages.ts';

/** The fault of a message with the values of a row. */
export type RowCheck = (row: readonly string[]) => Fault | undefined;

/** The scope of a template without variables but those of its row. */
const OF_ROW: Omit<Scope, 'row'> = { index: 0, runner: 0, run: '', now: 0, random: () => 0, session: new Map() };

/**
 * Checks rows against the type of a message; undefined for a message without variables of the data. Fields with other variables, too, are left out,
 * as only an arrival has their values.
 */
export function rowCheck(type: protobuf.Type, message: GrpcMessage, columns: readonly string[]): RowCheck | undefined {
  if (isWellKnown(type) && hasOtherVariables(message)) return undefined;
  const part = isWellKnown(type) ? message : constantPart(type, message, hasOtherVariables);
  const { content: template } = encodeJson(part, { values: new Map(), columns });
  return typeof template === 'function' ? (row) => faultIn(type, template({ ...OF_ROW, row })) : undefined;
}

function hasOtherVariables(value: JsonValue): boolean {
  return textsIn(value)
    .flatMap(variablesIn)
    .some((name) => !name.startsWith('data.'));
}
