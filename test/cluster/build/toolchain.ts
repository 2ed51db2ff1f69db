import { chmodSync, cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../system/run.ts';
import { cached } from './cache.ts';
import { canInstall, findProgram, installPackages } from './packages.ts';
import { bootstrapGo, isAtLeast, oldestGo } from './versions.ts';

/** The version in the output of `go version`, such as "1.26.8". */
export function parseGoVersion(output: string): string | undefined {
  return /\bgo(\d+(?:\.\d+)*)/.exec(output)?.[1];
}

function installedGo(): string[] {
  return [findProgram('go'), findProgram('/usr/local/go/bin/go'), findProgram('/usr/lib/go/bin/go')].filter(
    (path) => path !== undefined,
  );
}

async function isRecent(go: string): Promise<boolean> {
  const version = parseGoVersion(await run([go, 'version'], { env: { GOTOOLCHAIN: 'local' }, cwd: '/' }));
  return version !== undefined && isAtLeast(version, oldestGo);
}

/** True if Go is installed or can be; whether it works shows only in use. */
export function canHaveGo(): boolean {
  return installedGo().length > 0 || canInstall();
}

/**
 * Downloads a newer Go with an older one. Go publishes its toolchains as modules, so that the configured module proxy and checksum database
 * apply. Module archives have no file modes, hence the chmod.
 */
export async function bootstrap(oldGo: string, log: (line: string) => void): Promise<string> {
  const platform = `linux-${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;
  const root = await cached(`go-${bootstrapGo}-${platform}`, async (path) => {
    log(`fetching Go ${bootstrapGo} as a module`);
    const module = `golang.org/toolchain@v0.0.1-go${bootstrapGo}.${platform}`;
    const { Dir }: { Dir: string } = JSON.parse(await run([oldGo, 'mod', 'download', '-json', module], { cwd: '/' }));
    cpSync(Dir, path, { recursive: true });
    await run(['chmod', '-R', 'u+w', path]);
    for (const folder of ['bin', join('pkg', 'tool')]) makeExecutable(join(path, folder));
  });
  return join(root, 'bin', 'go');
}

function makeExecutable(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
}

/** The path of a `go` that is new enough; installs it if necessary. */
export async function findGo(log: (line: string) => void): Promise<string> {
  for (const go of installedGo()) if (await isRecent(go)) return go;
  if (installedGo().length === 0) await installPackages(['golang-go'], log);
  const [old] = installedGo();
  if (!old) throw new Error('no go command on this machine');
  return bootstrap(old, log);
}
