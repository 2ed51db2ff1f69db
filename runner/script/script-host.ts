import type { Assignment } from '../../api/protocol/assignment.ts';
import { toStderr, type Write } from '../process/line-output.ts';
import type { Values } from '../values/referenced-values.ts';
import { redactedProblem } from './redacted-problem.ts';
import { syntaxProblem } from './sandbox/syntax.ts';
import { ScriptSession } from './session.ts';
import { sourceOf } from './test-context.ts';

/** The reason why a script prevents its test from starting. */
export type ScriptUnfit = { reason: 'ScriptInvalid' | 'SetupFailed'; problem: string };

/** A script whose setup has succeeded. */
export interface ScriptHost {
  /** The result of setup, as JSON. */
  readonly setup: string;
  /** Whether the script has a teardown that has not been called. */
  readonly teardownPending: boolean;
  /** Calls a pending teardown; resolves with the reason when it fails. */
  tearDown(): Promise<string | undefined>;
}

export type HostOptions = {
  /** Ends the setup. */
  interrupt?: AbortSignal;
  /** Receives the lines that the script writes; standard error by default. */
  write?: Write;
  /** The limit of the heap of the script's process, MiB; undefined: V8's default. */
  heapMiB?: number | undefined;
};

/**
 * Checks the syntax of a test's script, and on runner 0 calls its setup. Resolves with an empty object when there is no script or no setup
 * to call here. Rejects when interrupted before the setup; an interrupt during the setup ends its process, and nothing is torn down.
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

/** Loads the script in a process of its own and calls its setup there. */
async function startScript(
  assignment: Assignment,
  values: Values,
  { interrupt, write = toStderr, heapMiB }: HostOptions,
): Promise<{ host: ScriptHost } | ScriptUnfit> {
  const { spec } = assignment;
  const session = new ScriptSession({ assignment, values, heapMiB }, write);
  const onInterrupt = () => session.close();
  interrupt?.addEventListener('abort', onInterrupt);
  const unfit = (reason: ScriptUnfit['reason'], problem: string): ScriptUnfit => {
    session.close();
    return { reason, problem: redactedProblem(problem, spec, values) };
  };
  const loaded = await session.loaded();
  if ('problem' in loaded) return unfit('ScriptInvalid', `script: ${loaded.problem}`);
  const { exported } = loaded;
  const setup = exported.setup ? await session.setup() : { json: 'null' };
  if ('problem' in setup) return unfit('SetupFailed', `setup: ${setup.problem}`);
  interrupt?.removeEventListener('abort', onInterrupt); // from now on, teardown follows
  let teardownPending = exported.teardown;
  if (!teardownPending) session.close();
  return {
    host: {
      setup: setup.json,
      get teardownPending() {
        return teardownPending;
      },
      async tearDown() {
        if (!teardownPending) return undefined;
        teardownPending = false;
        const reply = await session.teardown(setup.json);
        session.close();
        return 'problem' in reply ? redactedProblem(reply.problem, spec, values) : undefined;
      },
    },
  };
}
