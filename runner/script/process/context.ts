import type { Context, Json, Prepared, TestContext } from '../../../api/loadtest/loadtest-script.d.ts';
import { drawsOf } from '../../../model/request/template.ts';
import { ScriptMisuse } from '../channel/script-error.ts';
import type { CallMessage, FieldName, Fields, Filling, Surroundings } from '../channel/to-script.ts';

/** Gets the field of a call from the runner, with the bytes of a body. */
export type Need = (call: number, field: FieldName) => { filling: Filling; bytes: Buffer };

/** A call whose fields the script reads. */
export interface OpenCall {
  readonly message: CallMessage;
  /** The body of the response; undefined while it is not there. */
  body: Buffer | undefined;
  /** Gets a field from the runner; throws after the call. */
  need: (field: FieldName) => { filling: Filling; bytes: Buffer };
}

/** The value of a field of a call, from its message or from the runner. */
export function fieldOf<F extends FieldName>({ message, need }: OpenCall, field: F): NonNullable<Fields[F]> {
  const fields = message[4];
  fields[field] ??= need(field).filling[field];
  return fields[field] as NonNullable<Fields[F]>;
}

/** The need of a call that has ended. */
export const TOO_LATE: OpenCall['need'] = (field) => {
  throw new ScriptMisuse(`context.${field} can be read only until the function returns`);
};

/** The context of a call. Accessors of the class and not of each object, whose creation takes a microsecond, read the costly fields. */
export class CallContext implements Context {
  readonly run: string;
  readonly target: string;
  readonly env: TestContext['env'];
  readonly runner: number;
  readonly worker: number;
  readonly data: Json;
  readonly index: number;
  /** Bound, because scripts may destructure the context. */
  readonly random: () => number;
  readonly #call: OpenCall;

  constructor(test: TestContext, surroundings: Surroundings, call: OpenCall) {
    this.run = test.run;
    this.target = test.target;
    this.env = test.env;
    this.runner = surroundings.runner;
    this.worker = surroundings.worker;
    this.data = surroundings.data;
    this.index = call.message[1];
    this.#call = call;
    let draw: (() => number) | undefined;
    this.random = () => {
      draw ??= drawsOf(surroundings.seed, call.message[1], call.message[2]);
      return draw() / 2 ** 32;
    };
  }

  get row(): Record<string, string> {
    return fieldOf(this.#call, 'row');
  }

  get session(): Record<string, string> {
    return fieldOf(this.#call, 'session');
  }

  get request(): Prepared {
    return fieldOf(this.#call, 'request');
  }
}
