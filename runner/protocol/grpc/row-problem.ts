import type { GrpcMessage } from '../../../api/loadtest/grpc.ts';
import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import { keyReference } from '../../../api/loadtest/references.ts';
import { shortened } from '../../../api/loadtest/text-faults.ts';
import type { Table } from '../../../model/request/data.ts';
import type { Values } from '../../values/referenced-values.ts';
import { messagesOf } from './call-body.ts';
import type { Fault } from './message/message-fault.ts';
import { type RowCheck, rowCheck } from './message/row-check.ts';
import { methodOf } from './method.ts';
import { readSchema } from './schema.ts';

/** The rows that are checked for a message... */
const MAX_ROWS = 10_000;
/** ...and for all messages together: a spec may have thousands. */
const MAX_CHECKS = 50_000;
const MAX_FAULT = 200;

type CheckedMessage = { message: GrpcMessage; at: string; check: RowCheck };

/**
 * The first value of the data that a field of a message does not allow, such as text for a number; names field and row. The calls of the spec can be
 * prepared. Values from a Secret are not shown.
 */
export function rowProblem(spec: LoadTestSpec, values: Values, { columns, rows }: Table): string | undefined {
  if (spec.data === undefined || rows.length === 0) return undefined;
  const { kind, name, key } = keyReference(spec.data.from);
  const checked = messagesWithRows(spec, values, columns);
  const first = rows.slice(0, Math.min(MAX_ROWS, Math.floor(MAX_CHECKS / checked.length)));
  for (const { message, at, check } of checked)
    for (const [i, row] of first.entries()) {
      const fault = check(row);
      if (fault === undefined) continue;
      const text = kind === 'Secret' ? unquoted(message, fault) : textOf(fault);
      return `${at}${text} (row ${i + 1} of key "${key}" of ${kind} "${name}")`;
    }
  return undefined;
}

function messagesWithRows(
  { target, requests }: LoadTestSpec,
  values: Values,
  columns: readonly string[],
): CheckedMessage[] {
  const root = readSchema(target.grpc!.schema, values);
  return requests.flatMap(({ name, grpc: call }) => {
    const method = methodOf(root, call!.service, call!.method);
    if (typeof method === 'string') return [];
    return messagesOf(name, call!).flatMap(({ message, at }) => {
      const check = rowCheck(method.request, message, columns);
      return check === undefined ? [] : [{ message, at, check }];
    });
  });
}

function textOf({ path, fault }: Fault): string {
  return `${path}: ${shortened(fault, MAX_FAULT)}`;
}

/** A fault without values of the row, which may be keys of its path, too. */
function unquoted(message: GrpcMessage, { path }: Fault): string {
  const field = /^[.](\w+)/.exec(path)?.[1];
  const shown = field !== undefined && Object.hasOwn(message, field) ? `.${field}` : '';
  return `${shown}: has a value that its type does not allow`;
}
