import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binaries, type GroupName, linkPrograms } from './build/binaries.ts';
import { buildPauseImage, importImage } from './build/images.ts';
import { installPackages, missingPackages, nodeTools } from './build/packages.ts';
import { launchControlPlane, type RunningControlPlane } from './components/apiserver.ts';
import { dnsReadyUrl, launchDns } from './components/dns.ts';
import { issueKubeconfig } from './components/kubeconfig.ts';
import { createNetwork } from './components/network.ts';
import { launchContainerd, launchNode, launchScheduler } from './components/node.ts';
import { launchPrometheus, prometheusReadyUrl } from './components/prometheus.ts';
import type { Cluster } from './handle.ts';
import { otherCluster } from './other-cluster.ts';
import {
  clusterFile,
  enterCluster,
  firstNode,
  lockFile,
  netns,
  nodeIp,
  prometheusUrl,
  runDir,
  stateDir,
} from './system/layout.ts';
import { withLock } from './system/lock.ts';
import { isAlive, Processes } from './system/processes.ts';
import { run } from './system/run.ts';
import { until } from './system/wait.ts';
import { tearDown } from './teardown.ts';

export interface UpOptions {
  /** Receives the progress, line by line. */
  log?: (line: string) => void;
}

const groups: readonly GroupName[] = ['controlPlane', 'node', 'coredns', 'prometheus', 'helm'];

/** The long-running processes of the running cluster, except those of additional nodes. */
export function clusterProcesses(): Processes {
  return new Processes(join(runDir, 'processes'), enterCluster([]));
}

function describe(): Cluster {
  return {
    kubeconfig: join(stateDir, 'admin.kubeconfig'),
    netns,
    bin: join(stateDir, 'bin'),
    nodeIp,
    prometheusUrl,
    enter: enterCluster,
  };
}

/** True if a cluster of exactly these programs runs with all of its processes. */
function isUp(folders: readonly string[]): boolean {
  if (!existsSync(clusterFile) || readFileSync(clusterFile, 'utf8') !== JSON.stringify(folders)) return false;
  try {
    clusterProcesses().assertAlive();
    return true;
  } catch {
    return false;
  }
}

/** Waits until a URL inside the cluster's network responds with success. */
function untilServed(url: string, started: Processes): Promise<unknown> {
  const script = `fetch(${JSON.stringify(url)}).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))`;
  return until(url, () => run(enterCluster([process.execPath, '-e', script])), {
    timeoutMs: 60_000,
    assertPossible: () => started.assertAlive(),
  });
}

/** A read-only kubeconfig for add-ons. */
async function viewerKubeconfig(bin: string, { authority, server, kubeconfig }: RunningControlPlane): Promise<string> {
  const group = 'loadtest:viewers';
  const binding = ['create', 'clusterrolebinding', 'loadtest-viewers', '--clusterrole=view', `--group=${group}`];
  await run(enterCluster([join(bin, 'kubectl'), `--kubeconfig=${kubeconfig}`, ...binding]));
  return issueKubeconfig(authority, join(stateDir, 'viewer.kubeconfig'), server, { user: 'viewer', group });
}

async function start(folders: readonly string[], log: (line: string) => void): Promise<void> {
  const pause = await buildPauseImage();
  const bin = linkPrograms(folders, join(stateDir, 'bin'));
  await createNetwork();
  const started = clusterProcesses();
  log('starting the control plane and containerd');
  const [controlPlane] = await Promise.all([
    launchControlPlane({
      bin,
      dir: stateDir,
      processes: started,
      enter: enterCluster,
      address: nodeIp,
      ports: { etcd: 2379, etcdPeer: 2380, api: 6443 },
      hasNodes: true,
    }),
    launchContainerd(firstNode, started, pause.name).then(() => importImage(pause)),
  ]);
  log('starting the node, DNS and Prometheus');
  const viewer = await viewerKubeconfig(bin, controlPlane);
  launchDns(started, join(bin, 'coredns'), viewer);
  launchPrometheus(started, join(bin, 'prometheus'), viewer);
  await launchScheduler(started, bin, controlPlane);
  await launchNode(firstNode, started, bin, controlPlane, enterCluster);
  await Promise.all([untilServed(dnsReadyUrl, started), untilServed(prometheusReadyUrl, started)]);
  writeFileSync(clusterFile, JSON.stringify(folders));
}

/**
 * Ensures that the cluster runs, and returns its description. It builds and installs missing parts, keeps a running cluster unchanged, and
 * replaces a broken one. With LOADTEST_E2E_KUBECONFIG, it describes that cluster and starts nothing.
 */
export async function up({ log = () => {} }: UpOptions = {}): Promise<Cluster> {
  const elsewhere = process.env.LOADTEST_E2E_KUBECONFIG;
  if (elsewhere) return otherCluster(elsewhere, log);

  await installPackages(missingPackages(nodeTools), log);
  const folders: string[] = [];
  for (const group of groups) folders.push(await binaries(group, log));
  await withLock(lockFile, async () => {
    if (isUp(folders)) return;
    const started = Date.now();
    await tearDown();
    try {
      await start(folders, log);
    } catch (error) {
      log(`the cluster did not start; its logs are in ${join(runDir, 'processes')}`);
      throw error;
    }
    log(`the cluster is up after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  });
  return describe();
}

/** The cluster's processes and whether they run. */
export function status(): { name: string; pid: number; alive: boolean }[] {
  if (!existsSync(runDir)) return [];
  return clusterProcesses()
    .records()
    .map((record) => ({ name: record.name, pid: record.pid, alive: isAlive(record) }));
}

/** Stops the cluster and deletes everything that it left on this machine. Does nothing to the cluster of LOADTEST_E2E_KUBECONFIG. */
export async function down(): Promise<void> {
  if (process.env.LOADTEST_E2E_KUBECONFIG) return;
  await withLock(lockFile, tearDown);
}
