import type { Json } from '../../api/loadtest/loadtest-script.d.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Table } from '../../model/request/data.ts';
import { isSequential } from '../../model/request/request-order.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Scopes } from '../request/variables.ts';
import type { Redact } from '../response/redact.ts';
import type { Transport } from '../transport/transport.ts';
import type { Values } from '../values/referenced-values.ts';
import { extractionOf } from './checking.ts';
import { loadScript } from './load.ts';
import { ScriptMisuse } from './problem.ts';
import { type Scripted, scripted } from './scripted.ts';
import { testContext } from './test-context.ts';
import { scriptTransport } from './transport.ts';

export type LogicOptions = {
  assignment: Assignment;
  worker: number;
  values: Values;
  table: Table;
  requests: readonly PreparedRequest[];
  redact: Redact;
};

/** A script in a thread that makes load. */
export type Logic = {
  transport: (transport: Transport) => Transport;
  /** The requests as the script has them, once its setup has answered with `data`. */
  requests: (scopes: Scopes, data: Json) => Scripted;
};

/** What it fetched between the requests of the load would be measured with them. */
const noFetch: typeof fetch = () => {
  throw new ScriptMisuse('fetch is for setup and teardown');
};

/** Loads the script of a spec into this thread, for which nothing is allowed from then on that a script must not do. */
export async function loadLogic(options: LogicOptions): Promise<Logic> {
  const { assignment, worker, values, table, requests, redact } = options;
  const { spec, index, test } = assignment;
  const journeys = isSequential(spec);
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
    requests: (scopes, data) => scripted({ ...parts, scopes, data }, { script, extractions, journeys, redact }),
  };
}
