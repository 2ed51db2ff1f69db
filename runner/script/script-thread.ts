import { parentPort, workerData } from 'node:worker_threads';
import { MAX_SETUP_BYTES } from '../../api/common/sizes.ts';
import type { Json } from '../../api/loadtest/loadtest-script.d.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import { loadScript, type Script } from './load.ts';
import { ScriptMisuse, scriptMessage } from './problem.ts';
import { scriptFetch } from './sandbox/fetch.ts';
import { testContext } from './test-context.ts';

/** The task of the thread in which a script's setup and teardown run. */
export type ScriptTask = { assignment: Assignment; values: Map<string, Uint8Array> };
export type ToScript = { call: 'setup' } | { call: 'teardown'; data: string };
/** An answer to each call, and one when the script is loaded, which tells of what it exports. */
export type FromScript = { response: string } | { problem: string };
export type Exported = { setup: boolean; teardown: boolean };

const port = parentPort!;
const { assignment, values } = workerData as ScriptTask;
const { spec, test } = assignment;
const bytes = new Map([...values].map(([path, value]) => [path, Buffer.from(value)]));
const context = testContext(spec, test.name, bytes);
const say = (message: FromScript) => port.postMessage(message);

/** Answers with what `make` does, as JSON, or with why it does not. */
async function response(make: () => unknown): Promise<void> {
  try {
    const text = JSON.stringify((await make()) ?? null);
    if (text === undefined) throw new ScriptMisuse('setup must answer with JSON');
    const size = Buffer.byteLength(text);
    if (size > MAX_SETUP_BYTES)
      throw new ScriptMisuse(`setup answered with ${size} bytes of JSON; at most ${MAX_SETUP_BYTES} are possible`);
    say({ response: text });
  } catch (error) {
    say({ problem: scriptMessage(error) });
  }
}

let script: Script = {};
await response(async () => {
  script = await loadScript(spec, bytes, scriptFetch(assignment, bytes));
  return { setup: script.setup !== undefined, teardown: script.teardown !== undefined } satisfies Exported;
});

port.on('message', (message: ToScript) => {
  if (message.call === 'setup') void response(() => script.setup!(context));
  else
    void response(async () => {
      await script.teardown!(JSON.parse(message.data) as Json, context);
    });
});
