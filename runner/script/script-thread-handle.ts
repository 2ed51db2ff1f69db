import { Worker } from 'node:worker_threads';
import { lineByLine, type Write } from '../process/line-output.ts';
import { scriptThread } from './sandbox/permissions.ts';
import { scriptMessage } from './script-error.ts';
import type { FromScript, ScriptTask, ToScript } from './script-thread.ts';

/** The most time to load the script, and for setup and teardown each. */
const TIMEOUT_MS = 30_000;

/** The thread of a script's setup and teardown, from outside. Replies come one at a time; the end of the thread is a problem. */
export class ScriptThread {
  readonly #worker: Worker;
  #endProblem: string | undefined;
  #onReply: (reply: FromScript) => void = () => {};

  constructor(task: ScriptTask, write: Write) {
    const file = new URL('./script-thread.ts', import.meta.url);
    this.#worker = new Worker(file, { ...scriptThread(file), stdout: true, stderr: true, workerData: task });
    this.#worker.unref();
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) lineByLine(stream, write);
    this.#worker.on('message', (reply: FromScript) => this.#onReply(reply));
    const ended = (problem: string) => {
      this.#endProblem ??= problem;
      this.#onReply({ problem });
    };
    this.#worker.on('error', (error) => ended(scriptMessage(error)));
    this.#worker.on('exit', (code) => ended(`the script ended its thread with exit code ${code}`));
  }

  /** Resolves with the exports once the script is loaded. */
  loaded(): Promise<FromScript> {
    return this.#reply('loading');
  }

  call(call: ToScript): Promise<FromScript> {
    this.#worker.postMessage(call);
    return this.#reply(call.call);
  }

  close(): void {
    void this.#worker.terminate();
  }

  #reply(step: string): Promise<FromScript> {
    if (this.#endProblem !== undefined) return Promise.resolve({ problem: this.#endProblem });
    return new Promise((done) => {
      const tooLong = { problem: `${step} took longer than ${TIMEOUT_MS / 1e3} s` };
      const timer = setTimeout(() => done(tooLong), TIMEOUT_MS);
      this.#onReply = (reply) => {
        clearTimeout(timer);
        done(reply);
      };
    });
  }
}
