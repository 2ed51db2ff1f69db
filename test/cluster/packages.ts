import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDir } from './cache.ts';
import { withLock } from './lock.ts';
import { run } from './run.ts';

/** A program the cluster needs and the Debian package that brings it. */
export interface Tool {
  program: string;
  package: string;
}

export const controlPlaneTools: readonly Tool[] = [
  { program: 'openssl', package: 'openssl' },
  { program: 'setpriv', package: 'util-linux' },
];

export const nodeTools: readonly Tool[] = [
  ...controlPlaneTools,
  { program: 'containerd', package: 'containerd' },
  { program: 'runc', package: 'runc' },
  { program: '/usr/lib/cni/bridge', package: 'containernetworking-plugins' },
  { program: 'buildah', package: 'buildah' },
  { program: 'iptables', package: 'iptables' },
  { program: 'ip', package: 'iproute2' },
  { program: 'nsenter', package: 'util-linux' },
  { program: 'conntrack', package: 'conntrack' },
  { program: '/bin/busybox', package: 'busybox-static' },
];

/** A user's PATH often lacks the folders where Debian keeps runc, iptables and the like. */
export const searchPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Where a program is, undefined if it is not installed. */
export function findProgram(program: string): string | undefined {
  const candidates = program.startsWith('/') ? [program] : searchPath.map((dir) => join(dir, program));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The packages whose programs are not there, each once. */
export function missingPackages(
  tools: readonly Tool[],
  find: (program: string) => string | undefined = findProgram,
): string[] {
  return [...new Set(tools.filter((tool) => !find(tool.program)).map((tool) => tool.package))];
}

/** True if this process may install packages and the machine has a package manager that we know. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && findProgram('apt-get') !== undefined;
}

/** Installs Debian packages. Only this function fetches the package lists, so that nothing is fetched when nothing is missing. */
export async function installPackages(packages: readonly string[], log: (line: string) => void): Promise<void> {
  if (packages.length === 0) return;
  if (!canInstall()) throw new Error(`missing: ${packages.join(', ')} (only root can install them, with apt-get)`);
  log(`installing ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // apt-get gives up when another one is at work.
  await withLock(join(cacheDir(), 'apt.lock'), async () => {
    await run(['apt-get', 'update'], { env });
    await run(['apt-get', 'install', '-y', '--no-install-recommends', ...packages], { env });
  });
}
