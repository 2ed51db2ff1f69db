import { MAX_SETUP_BYTES } from '../../api/common/sizes.ts';
import type { Json } from '../../api/loadtest/loadtest-script.d.ts';
import type { Assignment } from '../../api/protocol/assignment.ts';
import type { Write } from '../process/line-output.ts';
import type { Values } from '../values/referenced-values.ts';
import { FrameError } from './channel/frames.ts';
import type { Exported, FromScript } from './channel/from-script.ts';
import { scriptUrl } from './channel/script-error.ts';
import { type ConnectionOptions, ScriptConnection } from './connection.ts';
import { Fetches } from './fetches.ts';
import { sourceOf, testContext } from './test-context.ts';

/** The most time to load the script, and for setup and teardown each. */
const TIMEOUT_MS = 30_000;

export type SessionTask = Pick<ConnectionOptions, 'heapMiB' | 'start'> & { assignment: Assignment; values: Values };

/** A reply of the script: its exports once it is loaded, the result of a call as JSON, or why there is none. */
type Reply = { exported: Exported } | { json: string } | { problem: string };

/** The process of a script's setup and teardown. Replies come one at a time; the end of the process is a problem. */
export class ScriptSession {
  readonly #connection: ScriptConnection;
  readonly #fetches: Fetches;
  #endProblem: string | undefined;
  #onReply: ((reply: Reply) => void) | undefined;
  readonly #load: () => void;

  constructor({ assignment, values, ...process }: SessionTask, write: Write) {
    const { spec, test } = assignment;
    this.#load = () => {
      const url = scriptUrl(spec.script!.configMapKeyRef);
      const context = testContext(spec, test.name, values);
      this.#connection.send({ type: 'load', url, source: sourceOf(spec, values), test: context, fetches: true });
    };
    this.#connection = new ScriptConnection({
      ...process,
      write,
      onMessage: (message, bytes) => this.#onMessage(message, bytes),
      onEnd: (problem) => {
        this.#endProblem ??= problem;
        this.#fetches.abortAll();
        this.#onReply?.({ problem });
      },
    });
    this.#connection.unref();
    this.#fetches = new Fetches(assignment, values, (id, fetched, body) =>
      this.#connection.send({ type: 'fetched', id, fetched }, body === undefined ? [] : [body]),
    );
  }

  /** Resolves with the exports once the script is loaded. */
  async loaded(): Promise<{ exported: Exported } | { problem: string }> {
    const reply = await this.#reply('loading');
    return 'json' in reply ? { problem: 'it sent a result before it was loaded' } : reply;
  }

  setup(): Promise<{ json: string } | { problem: string }> {
    this.#connection.send({ type: 'setup' });
    return this.#result('setup');
  }

  /** `setup`: the result of setup, as JSON. */
  teardown(setup: string): Promise<{ json: string } | { problem: string }> {
    this.#connection.send({ type: 'teardown', data: JSON.parse(setup) as Json });
    return this.#result('teardown');
  }

  close(): void {
    this.#fetches.abortAll();
    this.#connection.close();
    this.#onReply?.({ problem: 'interrupted' });
  }

  #onMessage(message: FromScript, bytes: Buffer): void {
    if (message.type === 'started') this.#load();
    else if (message.type === 'fetch') this.#fetches.begin(message, bytes);
    else if (message.type === 'abort') this.#fetches.abort(message.id);
    else if (message.type === 'need' || message.type === 'results' || this.#onReply === undefined)
      throw new FrameError(`a message of type ${message.type}`);
    else if (message.type === 'loaded') this.#onReply({ exported: message.exported });
    else if (message.type === 'result') this.#onReply({ json: checkedJson(message.json) });
    else if (message.type === 'problem') this.#onReply({ problem: message.problem });
  }

  async #result(step: string): Promise<{ json: string } | { problem: string }> {
    const reply = await this.#reply(step);
    return 'exported' in reply ? { problem: 'it was loaded twice' } : reply;
  }

  #reply(step: string): Promise<Reply> {
    if (this.#endProblem !== undefined) return Promise.resolve({ problem: this.#endProblem });
    return new Promise((done) => {
      const end = (reply: Reply) => {
        clearTimeout(timer);
        this.#onReply = undefined;
        done(reply);
      };
      const timer = setTimeout(() => end({ problem: `${step} took longer than ${TIMEOUT_MS / 1e3} s` }), TIMEOUT_MS);
      this.#onReply = end;
    });
  }
}

/** The result of a setup. Throws a {@link FrameError} when it is not JSON, or larger than the process itself allows. */
function checkedJson(json: string): string {
  if (Buffer.byteLength(json) > MAX_SETUP_BYTES) throw new FrameError('a result that is too large');
  try {
    JSON.parse(json);
  } catch {
    throw new FrameError('a result that is not JSON');
  }
  return json;
}
