import { parentPort, workerData } from 'node:worker_threads';
import { MAX_SETUP_BYTES } from '../../api/common/sizes.ts';
import type { Json } from '../../api/loadtest/loadtest-script.d.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import { loadScript, type Script } from './load-script.ts';
import { scriptFetch } from './sandbox/fetch.ts';
import { ScriptMisuse, scriptMessage } from './script-error.ts';
import { testContext } from './test-context.ts';

/** The task of the thread that runs a script's setup and teardown. */
export type ScriptTask = { assignment: Assignment; values: Map<string, Uint8Array> };
export type ToScript = { call: 'setup' } | { call: 'teardown'; data: string };
/** The reply to each call, and one when the script is loaded, whose result is {@link Exported}; results are JSON. */
export type FromScript = { result: string } | { problem: string };
export type Exported = { setup: boolean; teardown: boolean };

const port = parentPort!;
const { assignment, values } = workerData as ScriptTask;
const { spec, test } = assignment;
const bytes = new Map([...values].map(([path, value]) => [path, Buffer.from(value)]));
const context = testContext(spec, test.name, bytes);
const post = (message: FromScript) => port.postMessage(message);

/** Posts the result of `make`, or the problem. */
async function reply(make: () => unknown): Promise<void> {
  try {
    const text = JSON.stringify((await make()) ?? null);
    if (text === undefined) throw new ScriptMisuse('setup must return JSON');
    const size = Buffer.byteLength(text);
    if (size > MAX_SETUP_BYTES)
      throw new ScriptMisuse(`setup returned ${size} bytes of JSON, more than ${MAX_SETUP_BYTES}`);
    post({ result: text });
  } catch (error) {
    post({ problem: scriptMessage(error) });
  }
}

let script: Script = {};
await reply(async () => {
  script = await loadScript(spec, bytes, scriptFetch(assignment, bytes));
  return { setup: script.setup !== undefined, teardown: script.teardown !== undefined } satisfies Exported;
});

port.on('message', (message: ToScript) => {
  if (message.call === 'setup') void reply(() => script.setup!(context));
  else
    void reply(async () => {
      await script.teardown!(JSON.parse(message.data) as Json, context);
    });
});
