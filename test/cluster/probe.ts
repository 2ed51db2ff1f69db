import { canInstall, controlPlaneTools, missingPackages, nodeTools } from './build/packages.ts';
import { canHaveGo } from './build/toolchain.ts';
import { enableControllers, hasUnifiedCgroups } from './system/cgroups.ts';

export type Tier = 'integration' | 'e2e';

/** The properties of a machine that decide whether the tests' clusters can run on it. */
export interface Machine {
  platform: string;
  arch: string;
  isRoot: boolean;
  /** Whether missing packages can be installed. */
  canInstall: boolean;
  canHaveGo: boolean;
  missing: Readonly<Record<Tier, readonly string[]>>;
  /** The reason why pods cannot be confined; undefined if they can. */
  cgroupProblem: string | undefined;
  /** Whether the e2e tier uses an external cluster. */
  hasOtherCluster: boolean;
}

/** The reasons why a tier cannot run on a machine, as text; empty if installing missing packages suffices. */
export function reasonsAgainst(tier: Tier, machine: Machine): string[] {
  const needsNode = tier === 'e2e' && !machine.hasOtherCluster;
  const missing = needsNode ? machine.missing.e2e : machine.missing.integration;
  const reasons = [
    machine.platform !== 'linux' && `Kubernetes runs on Linux, this is ${machine.platform}`,
    !['x64', 'arm64'].includes(machine.arch) && `no build for processors of type ${machine.arch}`,
    needsNode && !machine.isRoot && 'a node needs root: network namespaces, mounts and cgroups',
    !machine.canInstall && missing.length > 0 && `missing packages: ${missing.join(', ')}`,
    !machine.canHaveGo && 'no go command, and none can be installed',
    needsNode && machine.cgroupProblem,
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

function cgroupProblem(): string | undefined {
  if (!hasUnifiedCgroups()) return undefined;
  try {
    enableControllers();
    return undefined;
  } catch (error) {
    return `cgroup controllers cannot be passed on to pods: ${error}`;
  }
}

/** The reasons why a tier cannot run on this machine; see `reasonsAgainst`. */
export async function missingFor(tier: Tier): Promise<string[]> {
  const isRoot = process.getuid?.() === 0;
  return reasonsAgainst(tier, {
    platform: process.platform,
    arch: process.arch,
    isRoot,
    canInstall: canInstall(),
    canHaveGo: canHaveGo(),
    missing: { integration: missingPackages(controlPlaneTools), e2e: missingPackages(nodeTools) },
    cgroupProblem: isRoot && tier === 'e2e' ? cgroupProblem() : undefined,
    hasOtherCluster: process.env.LOADTEST_E2E_KUBECONFIG !== undefined,
  });
}
