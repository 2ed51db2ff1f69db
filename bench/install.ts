import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isCurrent } from '../scripts/installed.mjs';
import { cached, contentHash } from '../test/cluster/build/cache.ts';
import { findProgram, installPackages } from '../test/cluster/build/packages.ts';
import { findGo } from '../test/cluster/build/toolchain.ts';
import { oldestGo } from '../test/cluster/build/versions.ts';
import { run } from '../test/cluster/system/run.ts';
import { withTempDir } from '../test/cluster/system/tempdir.ts';

export type Log = (line: string) => void;

/** Installs a peer and returns the beginning of its command line; rejects with the reason if it cannot. */
export type Install = (log: Log) => Promise<string[]>;

const NICE = 'nice';

function inCache(name: string, version: string, make: (path: string) => Promise<unknown>, log: Log): Promise<string> {
  return cached(join('bench', `${name}-${version}-${process.arch}`), async (path) => {
    log(`installing ${name} ${version}`);
    await make(path);
  });
}

/** A program of a Debian package. */
export function debian(program: string, packageName = program): Install {
  return async (log) => {
    if (findProgram(program) === undefined) await installPackages([packageName], log);
    return [findProgram(program) ?? program];
  };
}

/**
 * A Go program, built with the dependency versions of its module. It is built from a module that requires it, because
 * `go install PACKAGE@VERSION` also requests the newest version, which a module proxy need not have. `folder`: the program's in the module.
 */
export function goProgram(name: string, module: string, version: string, folder = ''): Install {
  return async (log) => {
    const build = (path: string) =>
      withTempDir(async (dir) => {
        const go = await findGo(log);
        writeFileSync(join(dir, 'go.mod'), `module bench\n\ngo ${oldestGo}\n\nrequire ${module} ${version}\n`);
        const env = { GOBIN: path, GOFLAGS: '-mod=mod', GOWORK: 'off', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
        await run([NICE, go, 'install', posix.join(module, folder)], { cwd: dir, env });
      });
    return [join(await inCache(name, version, build, log), name)];
  };
}

/** A program in one file of C. */
export function cProgram(name: string, file: string): Install {
  return async (log) => {
    const [compiler] = await debian('cc', 'gcc')(log);
    const version = contentHash(file).slice(0, 12);
    return [await inCache(name, version, (path) => run([compiler!, '-O2', '-o', path, file]), log)];
  };
}

/** A Rust program, built with its lock file. */
export function cargoProgram(name: string, version: string): Install {
  return async (log) => {
    const build = async (path: string) => {
      const cargo = findProgram('cargo');
      if (cargo === undefined) throw new Error('no cargo on this machine');
      await run([NICE, cargo, 'install', name, '--version', version, '--locked', '--root', path], { cwd: '/' });
    };
    return [join(await inCache(name, version, build, log), 'bin', name)];
  };
}

/** The package of the benchmarks: its lock file pins the npm packages that only benchmarks need. */
const WORKSPACE = import.meta.dirname;

/** A script of a dependency of the benchmarks' package, run by the project's pinned Node. */
export function npmScript(name: string, script: string): Install {
  return async (log) => {
    const [lock, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((file) =>
      readJson(join(WORKSPACE, file)),
    );
    if (!isCurrent(lock ?? {}, installed)) {
      log('installing the dependencies of bench/ (npm ci)');
      await run(['npm', 'ci', '--ignore-scripts'], { cwd: WORKSPACE });
    }
    return [process.execPath, join(WORKSPACE, 'node_modules', name, script)];
  };
}

function readJson(file: string): Parameters<typeof isCurrent>[1] {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** A program whose licence prevents us from installing it: it takes part if it is on the PATH. `how` describes its installation. */
export function onPath(program: string, licence: string, how: string): Install {
  return async () => {
    const path = findProgram(program);
    if (path === undefined)
      throw new Error(
        `${program} is not on the PATH, and the bench installs nothing under the ${licence}; to include it: ${how}`,
      );
    return [path];
  };
}

/** A Python environment with a package from PyPI. Its scripts contain the folder of their creation: use `-m`. */
export function python(name: string, version: string): Install {
  return async (log) => {
    const fetch = async (path: string) => {
      const python3 = findProgram('python3');
      if (python3 === undefined) throw new Error('no python3 on this machine');
      await run([python3, '-m', 'venv', path]);
      await run([NICE, join(path, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', `${name}==${version}`]);
    };
    return [join(await inCache(name, version, fetch, log), 'bin', 'python')];
  };
}
