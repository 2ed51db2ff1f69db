import { registerHooks } from 'node:module';
import type { Check, MakeRequest, Setup, Teardown } from '../../../api/loadtest/loadtest-script.d.ts';
import { ScriptMisuse } from '../channel/script-error.ts';

/** The exports of a script. */
export type Script = {
  setup?: Setup;
  request?: MakeRequest;
  check?: Check;
  teardown?: Teardown;
};

const EXPORTS = ['setup', 'request', 'check', 'teardown'] as const;

/** The modules of Node that a script may import: those that only compute. */
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
const ALLOWED = MODULES.flatMap((name) => [name, `node:${name}`]);
const LIST = MODULES.join(', ');

/**
 * Loads a script, which then can import only {@link MODULES}. Rejects with an error of the script or a {@link ScriptMisuse}. After this call
 * begins, the hooks use only operators and what they captured: a script can change every prototype.
 */
export async function loadScript(url: string, source: string): Promise<Script> {
  const allowed: Record<string, true> = Object.assign(
    Object.create(null),
    Object.fromEntries(ALLOWED.map((m) => [m, true])),
  );
  const CapturedError = Error;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === url) return { url, format: 'module', shortCircuit: true };
      if (allowed[specifier] === true) return next(specifier, context);
      throw new CapturedError(`a script cannot import ${specifier}, only ${LIST}`);
    },
    load(address, context, next) {
      return address === url ? { format: 'module', source, shortCircuit: true } : next(address, context);
    },
  });
  const exported: Record<string, unknown> = await import(url);
  const wrong = EXPORTS.find((name) => exported[name] !== undefined && typeof exported[name] !== 'function');
  if (wrong !== undefined) throw new ScriptMisuse(`export ${wrong} is not a function`);
  if (EXPORTS.every((name) => exported[name] === undefined))
    throw new ScriptMisuse(`exports none of ${EXPORTS.join(', ')}`);
  return exported;
}
