import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from '../system/lock.ts';
import { run } from '../system/run.ts';
import { cacheDir } from './cache.ts';

/** A program that the cluster needs, and the Debian package that contains it. */
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

/** Folders with runc, iptables and similar programs, which the PATH of a user often lacks. */
export const searchPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The path of a program; undefined if it is not installed. */
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

/** The packages whose programs are missing, each once. */
export function missingPackages(
  tools: readonly Tool[],
  find: (program: string) => string | undefined = findProgram,
): string[] {
  return [...new Set(tools.filter((tool) => !find(tool.program)).map((tool) => tool.package))];
}

/** True if this process may install packages and the machine has a supported package manager. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && findProgram('apt-get') !== undefined;
}

/** Installs Debian packages. Only this function fetches package lists, so that nothing is fetched if nothing is missing. */
export async function installPackages(packages: readonly string[], log: (line: string) => void): Promise<void> {
  if (packages.length === 0) return;
  if (!canInstall()) throw new Error(`missing: ${packages.join(', ')} (only root can install them, with apt-get)`);
  log(`installing ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // apt-get fails while another one runs.
  await withLock(join(cacheDir(), 'apt.lock'), async () => {
    await run(['apt-get', 'update'], { env });
    await run(['apt-get', 'install', '-y', '--no-install-recommends', ...packages], { env });
  });
}
