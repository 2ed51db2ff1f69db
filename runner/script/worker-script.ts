import type { Json } from '../../api/loadtest/loadtest-script.d.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Table } from '../../model/request/data.ts';
import { isSequential } from '../../model/request/request-order.ts';
import { seedOf } from '../../model/request/seed.ts';
import type { Upcoming } from '../engine/drivers/upcoming.ts';
import { toStderr } from '../process/line-output.ts';
import { failingTransport } from '../request/failing-transport.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Scopes } from '../request/variables.ts';
import type { Redact } from '../response/redact.ts';
import type { Transport } from '../transport/transport.ts';
import type { Values } from '../values/referenced-values.ts';
import { CallQueue } from './call-queue.ts';
import { FrameError } from './channel/frames.ts';
import type { Exported } from './channel/from-script.ts';
import { scriptUrl } from './channel/script-error.ts';
import { ScriptConnection } from './connection.ts';
import { extractionOf } from './response-check.ts';
import { type ScriptedRequests, scriptedRequests } from './scripted-requests.ts';
import { sourceOf, testContext } from './test-context.ts';

export type WorkerScriptOptions = {
  assignment: Assignment;
  worker: number;
  values: Values;
  table: Table;
  requests: readonly PreparedRequest[];
  redact: Redact;
  /** The limit of the heap of the script's process, MiB; undefined: V8's default. */
  heapMiB: number | undefined;
  /** Called with the reason when the script cannot be loaded, or ends. */
  onEnd: (problem: string) => void;
};

/** The script of a worker thread, in a process of its own. */
export type WorkerScript = {
  transport: (transport: Transport) => Transport;
  /** The requests of the spec with the script; `data` is the result of its setup. */
  requests: (scopes: Scopes, data: Json, arrivals: { upcoming: Upcoming; nowUs: () => number }) => ScriptedRequests;
  /** The CPU time of the process since the load began. */
  cpuMs: () => number;
  /** Ends the process. */
  close: () => void;
};

/** Starts a process with the script of a spec. Resolves when the script is loaded, and never when it cannot be loaded. */
export function loadWorkerScript(options: WorkerScriptOptions): Promise<WorkerScript> {
  const { assignment, worker, values, table, requests, redact, heapMiB, onEnd } = options;
  const { spec, index, test } = assignment;
  const parts = { test: testContext(spec, test.name, values), requests, columns: table.columns };
  const extractions = spec.requests.map(extractionOf);
  return new Promise((done) => {
    const connection = new ScriptConnection({
      heapMiB,
      write: toStderr,
      onEnd: (problem) => {
        calls.ended();
        onEnd(problem);
      },
      onMessage(message, bytes) {
        if (message.type === 'results' || message.type === 'need') calls.receive(message, bytes);
        else if (message.type === 'started') {
          const url = scriptUrl(spec.script!.configMapKeyRef);
          connection.send({ type: 'load', url, source: sourceOf(spec, values), test: parts.test, fetches: false });
        } else if (message.type === 'loaded') done(loaded(message.exported));
        else if (message.type === 'problem') {
          connection.close();
          onEnd(message.problem);
        } else throw new FrameError(`a message of type ${message.type}`);
      },
    });
    const calls = new CallQueue(connection);

    const loaded = (exported: Exported): WorkerScript => ({
      transport: failingTransport,
      requests(scopes, data, arrivals) {
        const seed = seedOf(spec, test.uid);
        connection.sendNow({ type: 'begin', surroundings: { runner: index, worker, seed, data } });
        const sequential = isSequential(spec);
        return scriptedRequests(
          { ...parts, scopes },
          { exported, calls, extractions, sequential, redact, hosts: assignment.addresses?.hosts ?? [], ...arrivals },
        );
      },
      cpuMs: () => calls.cpuMs,
      close: () => connection.close(),
    });
  });
}
