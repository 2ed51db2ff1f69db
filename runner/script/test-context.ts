import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { TestContext } from '../../api/loadtest/loadtest-script.d.ts';
import { keyReference, referencePath } from '../../api/loadtest/references.ts';
import type { Values } from '../values/referenced-values.ts';

/** The context of setup and teardown; `run` is the LoadTest's name. */
export function testContext({ target, script }: LoadTestSpec, run: string, values: Values): TestContext {
  const env = (script?.env ?? []).map(({ name, value, valueFrom }): [string, string] => [
    name,
    valueFrom === undefined ? (value ?? '') : String(values.get(referencePath(keyReference(valueFrom)))),
  ]);
  return { run, target: target.url, env: Object.fromEntries(env) };
}

/** The source of a spec's script. */
export function sourceOf({ script }: LoadTestSpec, values: Values): string {
  return String(values.get(referencePath({ kind: 'ConfigMap', ...script!.configMapKeyRef })));
}
