import { setDefaultCACertificates } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { MAX_SETUP_BYTES } from '../../api/limits.ts';
import type { Json, TestContext } from '../../api/loadtest-script.d.ts';
import { loadScript, type Script } from './load.ts';
import { dropThreads, ownCode } from './permissions.ts';
import { ScriptMisuse, scriptMessage } from './problem.ts';

/** The task of the thread in which a script's setup and teardown run. */
export type ScriptTask = { url: string; source: string; context: TestContext; ca: string | undefined };
export type ToScript = { call: 'setup' } | { call: 'teardown'; data: string };
/** An answer to each call, and one when the script is loaded, which tells of what it exports. */
export type FromScript = { answer: string } | { problem: string };
export type Exported = { setup: boolean; teardown: boolean };

const port = parentPort!;
const { url, source, context, ca } = workerData as ScriptTask;
const say = (message: FromScript) => port.postMessage(message);

/** Answers with what `make` does, as JSON, or with why it does not. */
async function answer(make: () => unknown): Promise<unknown> {
  try {
    const text = JSON.stringify((await make()) ?? null);
    if (text === undefined) throw new ScriptMisuse('setup must answer with JSON');
    const size = Buffer.byteLength(text);
    if (size > MAX_SETUP_BYTES)
      throw new ScriptMisuse(`setup answered with ${size} bytes of JSON; at most ${MAX_SETUP_BYTES} are possible`);
    say({ answer: text });
  } catch (error) {
    say({ problem: scriptMessage(error) });
  }
  return undefined;
}

let script: Script = {};
if (ca !== undefined) setDefaultCACertificates([ca]);
dropThreads();
await answer(async () => {
  script = await loadScript(url, source, ownCode(new URL(import.meta.url)));
  return { setup: script.setup !== undefined, teardown: script.teardown !== undefined } satisfies Exported;
});

port.on('message', (message: ToScript) => {
  if (message.call === 'setup') void answer(() => script.setup!(context));
  else
    void answer(async () => {
      await script.teardown!(JSON.parse(message.data) as Json, context);
    });
});
