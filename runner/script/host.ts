import { Worker } from 'node:worker_threads';
import type { Assignment } from '../../api/protocol/assignment.ts';
import { lineByLine, toStderr, type Write } from '../process/line-output.ts';
import type { Values } from '../values/referenced-values.ts';
import { scriptMessage } from './problem.ts';
import { scriptThread } from './sandbox/permissions.ts';
import { syntaxProblem } from './sandbox/syntax.ts';
import type { Exported, FromScript, ScriptTask, ToScript } from './script-thread.ts';
import { shownProblem } from './shown.ts';
import { sourceOf } from './test-context.ts';

/** Why a script keeps a test from beginning. */
export type ScriptUnfit = { reason: 'ScriptInvalid' | 'SetupFailed'; problem: string };

/** A script whose setup is done. */
export interface ScriptHost {
  /** What setup answered with, as JSON. */
  readonly setup: string;
  /** Whether the script has a teardown that has not been called. */
  readonly owesTeardown: boolean;
  /** Calls teardown, if there is one; answers with why it failed. */
  tearDown(): Promise<string | undefined>;
}

export type HostOptions = {
  /** Aborted when the test is not to be set up any more. */
  interrupt?: AbortSignal;
  /** Takes what the script writes; standard error, if nothing else is said. */
  write?: Write;
};

/** How long the script may take to be loaded, and setup and teardown each. */
const PATIENCE_MS = 30_000;

/**
 * Looks at the script of a test, if it has one, before the load; the first of its runners also sets the test up. An interrupt ends the
 * setup, of which nobody then knows what it has made.
 */
export async function beginScript(
  assignment: Assignment,
  values: Values,
  options: HostOptions = {},
): Promise<{ host?: ScriptHost } | ScriptUnfit> {
  const { spec, index } = assignment;
  if (spec.script === undefined) return {};
  const problem = await syntaxProblem(spec.script.configMapKeyRef.key, sourceOf(spec, values));
  if (problem !== undefined) return { reason: 'ScriptInvalid', problem: `script: ${problem}` };
  options.interrupt?.throwIfAborted();
  return index === 0 ? startScript(assignment, values, options) : {};
}

/** Loads the script of a test in a thread of its own and calls its setup there. */
async function startScript(
  assignment: Assignment,
  values: Values,
  { interrupt, write = toStderr }: HostOptions,
): Promise<{ host: ScriptHost } | ScriptUnfit> {
  const { spec } = assignment;
  const thread = new ScriptThread({ assignment, values: new Map(values) }, write);
  const onInterrupt = () => thread.close();
  interrupt?.addEventListener('abort', onInterrupt);
  const unfit = (reason: ScriptUnfit['reason'], problem: string): ScriptUnfit => {
    thread.close();
    return { reason, problem: shownProblem(problem, spec, values) };
  };
  const loaded = await thread.said('the script did not come to its end when it was loaded');
  if ('problem' in loaded) return unfit('ScriptInvalid', `script: ${loaded.problem}`);
  const exported = JSON.parse(loaded.response) as Exported;
  const setup = exported.setup ? await thread.call({ call: 'setup' }) : { response: 'null' };
  if ('problem' in setup) return unfit('SetupFailed', `setup: ${setup.problem}`);
  interrupt?.removeEventListener('abort', onInterrupt); // from now on it is torn down
  let owesTeardown = exported.teardown;
  if (!owesTeardown) thread.close();
  return {
    host: {
      setup: setup.response,
      get owesTeardown() {
        return owesTeardown;
      },
      async tearDown() {
        if (!owesTeardown) return undefined;
        owesTeardown = false;
        const said = await thread.call({ call: 'teardown', data: setup.response });
        thread.close();
        return 'problem' in said ? shownProblem(said.problem, spec, values) : undefined;
      },
    },
  };
}

/** The thread of a script's setup and teardown, as seen from the one that made it. */
class ScriptThread {
  readonly #worker: Worker;
  #lost: string | undefined;
  #hear: (said: FromScript) => void = () => {};

  constructor(task: ScriptTask, write: Write) {
    const file = new URL('./script-thread.ts', import.meta.url);
    this.#worker = new Worker(file, { ...scriptThread(file), stdout: true, stderr: true, workerData: task });
    this.#worker.unref();
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) lineByLine(stream, write);
    this.#worker.on('message', (said: FromScript) => this.#hear(said));
    const lost = (problem: string) => {
      this.#lost ??= problem;
      this.#hear({ problem });
    };
    this.#worker.on('error', (error) => lost(scriptMessage(error)));
    this.#worker.on('exit', (code) => lost(`the script ended its thread with ${code}`));
  }

  call(call: ToScript): Promise<FromScript> {
    this.#worker.postMessage(call);
    return this.said(`${call.call} took longer than ${PATIENCE_MS / 1e3} s`);
  }

  /** What it says next, or that it took too long. */
  said(tooLong: string): Promise<FromScript> {
    if (this.#lost !== undefined) return Promise.resolve({ problem: this.#lost });
    return new Promise((done) => {
      const timer = setTimeout(() => done({ problem: tooLong }), PATIENCE_MS);
      this.#hear = (said) => {
        clearTimeout(timer);
        done(said);
      };
    });
  }

  close(): void {
    void this.#worker.terminate();
  }
}
