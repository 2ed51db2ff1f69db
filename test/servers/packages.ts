import { canInstall, installPackages, missingPackages, type Tool } from '../cluster/build/packages.ts';
import { canHaveGo } from '../cluster/build/toolchain.ts';
import { run } from '../cluster/system/run.ts';

/** The Debian packages of the servers of this tier. */
const tools: readonly Tool[] = [
  { program: 'nginx', package: 'nginx-light' },
  { program: 'apache2', package: 'apache2' },
  { program: 'haproxy', package: 'haproxy' },
  { program: 'h2o', package: 'h2o' },
  { program: 'openssl', package: 'openssl' },
  { program: 'python3', package: 'python3-venv' },
];

/** The reasons why the servers cannot run on this machine; empty if installing missing packages suffices. */
export function missingForServers(): string[] {
  const missing = missingPackages(tools);
  return [
    ...(process.platform === 'linux' ? [] : [`the servers are Debian's packages, this is ${process.platform}`]),
    ...(missing.length > 0 && !canInstall() ? [`missing packages: ${missing.join(', ')}`] : []),
    ...(canHaveGo() ? [] : ['no go command, and none can be installed']),
  ];
}

/** Installs missing packages. Debian ships Python's venv module as a separate package. */
export async function installServers(log: (line: string) => void): Promise<void> {
  await installPackages(missingPackages(tools), log);
  const complete = await run(['python3', '-c', 'import ensurepip, venv']).then(
    () => true,
    () => false,
  );
  if (!complete) await installPackages(['python3-venv'], log);
}
