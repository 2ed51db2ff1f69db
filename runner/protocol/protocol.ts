import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { Target } from '../../api/loadtest/target/target.ts';
import type { AddressRules } from '../../model/limits/address-guard.ts';
import type { EnginePosition } from '../../model/load/engine-position.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { IncomingResponse } from '../response/incoming-response.ts';
import type { Finding } from '../response/inspection.ts';
import type { Transport } from '../transport/transport.ts';
import type { Values } from '../values/referenced-values.ts';

/**
 * How requests are prepared: `columns` are those of the data; `sequential`: an iteration sends all requests in order;
 * `answer`: what the target has told a protocol that asks it first (ask.ts).
 */
export type PrepareOptions = { columns?: readonly string[]; sequential?: boolean; answer?: Uint8Array | undefined };

/**
 * An application protocol as the engine uses it. One transport or several may carry it. A response has a status code, which is a number
 * within the engine, from 0 to 999, and a text in results: each protocol has its own alphabet of codes.
 */
export interface Protocol {
  /**
   * The requests of a spec with all their values looked up in `values`, which holds every key that the spec refers to. Fails when the protocol
   * cannot send one.
   */
  prepare(
    target: Pick<Target, 'url' | 'auth' | 'http'> & Partial<Pick<Target, 'grpc' | 'timeout'>>,
    requests: readonly RequestSpec[],
    values: Values,
    options?: PrepareOptions,
  ): PreparedRequest[];
  /** The transport to a target, with the connections of the engine at `position`. Rejects when its certificates cannot be used. */
  open(target: Target, values: Values, position?: EnginePosition, addresses?: AddressRules): Promise<Transport>;
  /** An object that receives responses. */
  newResponse(): IncomingResponse;
  /** The code of a status: the text that results count it under. */
  codeOf: (status: number) => string;
  /**
   * Judges a complete response to `request`. Extracts values into `session`, the iteration's; `arrival` is the arrival's number. Called once a
   * response: allocates nothing unless the request inspects whole responses.
   */
  judge(
    request: PreparedRequest,
    response: IncomingResponse,
    arrival: number,
    session: Map<string, string> | undefined,
  ): Finding;
}
