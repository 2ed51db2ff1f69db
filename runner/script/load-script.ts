import { registerHooks } from 'node:module';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Check, MakeRequest, Setup, Teardown } from '../../api/loadtest/loadtest-script.d.ts';
import type { Values } from '../values/referenced-values.ts';
import { limitGlobals } from './sandbox/globals.ts';
import { dropThreads, ownCode } from './sandbox/permissions.ts';
import { ScriptMisuse, scriptUrl } from './script-error.ts';
import { sourceOf } from './test-context.ts';

/** The exports of a script. */
export type Script = {
  setup?: Setup;
  request?: MakeRequest;
  check?: Check;
  teardown?: Teardown;
};

const EXPORTS = ['setup', 'request', 'check', 'teardown'] as const;

/**
 * The modules of Node that a script may import: those that only compute. The permissions of its thread deny files, processes, threads and
 * native code to every module, except that node:sqlite can write files in spite of them.
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
 * Loads the script of a spec into this thread and confines the thread: code other than our own can import only {@link MODULES}, reaches the
 * network only through `fetch`, and cannot create threads. Rejects with an error of the script or a {@link ScriptMisuse}.
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
      throw new Error(`a script cannot import ${specifier}, only ${MODULES.join(', ')}`);
    },
    load: (address, context, next) =>
      address === url ? { format: 'module', source, shortCircuit: true } : next(address, context),
  });
  limitGlobals(fetch);
  const exported: Record<string, unknown> = await import(url);
  const wrong = EXPORTS.find((name) => exported[name] !== undefined && typeof exported[name] !== 'function');
  if (wrong !== undefined) throw new ScriptMisuse(`export ${wrong} is not a function`);
  if (EXPORTS.every((name) => exported[name] === undefined))
    throw new ScriptMisuse(`exports none of ${EXPORTS.join(', ')}`);
  return exported;
}
