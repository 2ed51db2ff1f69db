import { join } from 'node:path';
import { cached, contentHash } from '../../cluster/build/cache.ts';
import { findGo } from '../../cluster/build/toolchain.ts';
import { run } from '../../cluster/system/run.ts';

/** The result of one metric of an AnalysisTemplate: Successful, Failed, Inconclusive, or Error, after which Argo Rollouts asks again. */
export type Measurement = { metric: string; phase: string; value: string; message: string };

/** The health that a check of Argo CD gives an object. */
export type Health = { status: string; message: string };

/**
 * The program of `go/main.go`, which contains the engines of the tools. Its modules have the versions of test/cluster/go/kubernetes where both
 * need them, so that Go compiles them once for both.
 */
async function program(): Promise<string> {
  const source = join(import.meta.dirname, 'go');
  return cached(join('bin', `gates-${contentHash(source)}`), async (path) => {
    const go = await findGo(() => {});
    const build = ['nice', go, 'build', '-mod=readonly', '-buildvcs=false', '-trimpath', '-o', path];
    await run(build, { cwd: source, env: { CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' } });
  });
}

async function ask<T>(request: object, env: NodeJS.ProcessEnv = {}): Promise<T> {
  return JSON.parse(await run([await program()], { input: JSON.stringify(request), env }));
}

/** One measurement of each web metric of an AnalysisTemplate; rejects if Argo Rollouts would not accept the template. */
export function measure(
  template: string,
  args: Record<string, string>,
  env?: NodeJS.ProcessEnv,
): Promise<Measurement[]> {
  const list = Object.entries(args).map(([name, value]) => ({ name, value }));
  return ask({ template, args: list }, env);
}

/** The health of each object by a check in Lua. */
export function healthOf(lua: string, objects: readonly object[]): Promise<Health[]> {
  return ask({ lua, objects });
}

/** The values of named CEL expressions over each object. */
export function evaluate<K extends string>(
  cel: Record<K, string>,
  objects: readonly object[],
): Promise<Record<K, boolean>[]> {
  return ask({ cel, objects });
}
