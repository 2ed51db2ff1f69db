import type { Json } from '../../api/loadtest/loadtest-script.d.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Table } from '../../model/request/data.ts';
import { isSequential } from '../../model/request/request-order.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Scopes } from '../request/variables.ts';
import type { Redact } from '../response/redact.ts';
import type { Transport } from '../transport/transport.ts';
import type { Values } from '../values/referenced-values.ts';
import { loadScript } from './load-script.ts';
import { extractionOf } from './response-check.ts';
import { ScriptMisuse } from './script-error.ts';
import { type ScriptedRequests, scriptedRequests } from './scripted-requests.ts';
import { testContext } from './test-context.ts';
import { scriptTransport } from './transport.ts';

export type WorkerScriptOptions = {
  assignment: Assignment;
  worker: number;
  values: Values;
  table: Table;
  requests: readonly PreparedRequest[];
  redact: Redact;
};

/** A script in a worker thread. */
export type WorkerScript = {
  transport: (transport: Transport) => Transport;
  /** The requests of the spec with the script; `data` is the result of its setup. */
  requests: (scopes: Scopes, data: Json) => ScriptedRequests;
};

/** Fetches between the requests of the load would falsify its measurements. */
const noFetch: typeof fetch = () => {
  throw new ScriptMisuse('fetch is available only in setup and teardown');
};

/** Loads the script of a spec into this worker thread, which it confines; rejects as {@link loadScript} does. */
export async function loadWorkerScript(options: WorkerScriptOptions): Promise<WorkerScript> {
  const { assignment, worker, values, table, requests, redact } = options;
  const { spec, index, test } = assignment;
  const sequential = isSequential(spec);
  const script = await loadScript(spec, values, noFetch);
  const parts = {
    test: testContext(spec, test.name, values),
    requests,
    runner: index,
    worker,
    columns: table.columns,
  };
  const extractions = spec.requests.map(extractionOf);
  return {
    transport: scriptTransport,
    requests: (scopes, data) =>
      scriptedRequests({ ...parts, scopes, data }, { script, extractions, sequential, redact }),
  };
}
