import { registerHooks } from 'node:module';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Check, MakeRequest, Setup, Teardown } from '../../api/loadtest/loadtest-script.d.ts';
import type { Values } from '../values/referenced-values.ts';
import { ScriptMisuse, scriptUrl } from './problem.ts';
import { limitGlobals } from './sandbox/globals.ts';
import { dropThreads, ownCode } from './sandbox/permissions.ts';
import { sourceOf } from './test-context.ts';

/** What a script exports. */
export type Script = {
  setup?: Setup;
  request?: MakeRequest;
  check?: Check;
  teardown?: Teardown;
};

const EXPORTS = ['setup', 'request', 'check', 'teardown'] as const;

/**
 * The modules of Node that a script may import: what computes. The permissions of its thread keep it from writing files, from other
 * processes, threads and native code whatever it imports, with one exception, node:sqlite, which writes files all the same.
 */
const MODULES = [
  'assert',
  'buffer',
  'crypto',
  'events',
  'path',
  'querystring',
  'string_decoder',
  'url',
  'util',
  'zlib',
];
const ALLOWED = new Set(MODULES.flatMap((name) => [name, `node:${name}`]));

/**
 * Loads the script of a spec into this thread, which is its from then on: what is not our own code can import nothing but
 * {@link MODULES}, `fetch` is all that there is of the network, and no thread can be made. Rejects with the script's own error, or a
 * {@link ScriptMisuse}.
 */
export async function loadScript(spec: LoadTestSpec, values: Values, fetch: typeof globalThis.fetch): Promise<Script> {
  const url = scriptUrl(spec.script!.configMapKeyRef);
  const source = sourceOf(spec, values);
  const ours = ownCode(new URL(import.meta.url));
  dropThreads();
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === url) return { url, format: 'module', shortCircuit: true };
      if (ALLOWED.has(specifier) || context.parentURL?.startsWith(ours)) return next(specifier, context);
      throw new Error(`a script cannot import ${specifier}: there are ${MODULES.join(', ')}`);
    },
    load: (address, context, next) =>
      address === url ? { format: 'module', source, shortCircuit: true } : next(address, context),
  });
  limitGlobals(fetch);
  const exported: Record<string, unknown> = await import(url);
  const wrong = EXPORTS.find((name) => exported[name] !== undefined && typeof exported[name] !== 'function');
  if (wrong !== undefined) throw new ScriptMisuse(`its export ${wrong} is no function`);
  if (EXPORTS.every((name) => exported[name] === undefined))
    throw new ScriptMisuse(`it exports none of ${EXPORTS.join(', ')}`);
  return exported;
}
