/**
 * The process that runs a script. It has no rights except to compute: the permissions that it needs to start are dropped before the script
 * is loaded, and everything else goes through messages of the runner (docs/design/0030-what-a-script-may-do.md).
 */
import { performance } from 'node:perf_hooks';
import { MAX_SETUP_BYTES } from '../../../api/common/sizes.ts';
import type { Json, TestContext } from '../../../api/loadtest/loadtest-script.d.ts';
import type { Frame } from '../channel/frames.ts';
import { ScriptMisuse, scriptMessage } from '../channel/script-error.ts';
import type { Surroundings, ToScript } from '../channel/to-script.ts';
import { performCalls, type Report } from './calls.ts';
import type { Need } from './context.ts';
import { noFetch, remoteFetch } from './fetch.ts';
import { limitGlobals } from './globals.ts';
import { startLifeline } from './lifeline.ts';
import { loadScript, type Script } from './modules.ts';
import { outputToRunner } from './output.ts';
import { readFilling, receive, send } from './wire.ts';

const now = performance.now.bind(performance);
const { fetch, fetched } = remoteFetch();
let script: Script = {};
let test: TestContext;
let surroundings: Surroundings;
let before = process.cpuUsage();
const cpuUsage = process.cpuUsage.bind(process);

/** Sends what `make` makes, or the problem. */
async function reply(make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    send({ type: 'problem', problem: scriptMessage(error) });
  }
}

function sendResult(result: unknown): void {
  const json = JSON.stringify(result ?? null);
  if (json === undefined) throw new ScriptMisuse('setup must return JSON');
  const size = Buffer.byteLength(json);
  if (size > MAX_SETUP_BYTES)
    throw new ScriptMisuse(`setup returned ${size} bytes of JSON, more than ${MAX_SETUP_BYTES}`);
  send({ type: 'result', json });
}

const need: Need = (call, field) => {
  send({ type: 'need', call, field });
  return readFilling();
};

const report: Report = (results, blobs) => {
  const { user, system } = cpuUsage(before);
  send({ type: 'results', results, cpuMs: (user + system) / 1e3 }, blobs);
};

const HANDLERS: { [T in ToScript['type']]: (message: Extract<ToScript, { type: T }>, bytes: Buffer) => void } = {
  load: ({ url, source, test: given, fetches }) =>
    void reply(async () => {
      test = given;
      globalThis.fetch = fetches ? fetch : noFetch;
      script = await loadScript(url, source);
      const has = (name: keyof Script) => script[name] !== undefined;
      const exported = { setup: has('setup'), request: has('request'), check: has('check'), teardown: has('teardown') };
      send({ type: 'loaded', exported });
    }),
  begin(message) {
    surroundings = message.surroundings;
    before = process.cpuUsage();
  },
  calls({ calls }, bytes) {
    const { request, check } = script;
    performCalls({ test, surroundings, request, check }, calls, bytes, { need, report, now });
  },
  setup: () => void reply(async () => sendResult(await script.setup!(test))),
  teardown: ({ data }) =>
    void reply(async () => {
      await script.teardown!(data as Json, test);
      sendResult(null);
    }),
  fetched: (message, bytes) => fetched(message.id, message.fetched, bytes),
};

function onFrame({ json, bytes }: Frame): void {
  const message: ToScript = JSON.parse(json);
  (HANDLERS[message.type] as (message: ToScript, bytes: Buffer) => void)(message, bytes);
}

await startLifeline();
const { console, output } = outputToRunner();
const exit = process.exit.bind(process);
process.setUncaughtExceptionCaptureCallback((error) => {
  send({ type: 'uncaught', problem: scriptMessage(error) });
  exit(1);
});
for (const right of ['fs', 'worker']) process.permission.drop(right);
limitGlobals(console, output);
receive(onFrame);
send({ type: 'started' });
