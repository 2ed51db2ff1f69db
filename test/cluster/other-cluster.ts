import { join } from 'node:path';
import { binaries, linkPrograms } from './build/binaries.ts';
import { cacheDir } from './build/cache.ts';
import type { Cluster } from './handle.ts';
import { run } from './system/run.ts';

/** Describes an external cluster, which this process reaches directly. */
export async function otherCluster(kubeconfig: string, log: (line: string) => void): Promise<Cluster> {
  const folders = [await binaries('controlPlane', log), await binaries('helm', log)];
  const bin = await linkPrograms(folders, join(cacheDir(), 'other-cluster-bin'));
  const path = 'jsonpath={.items[*].status.addresses[?(@.type=="InternalIP")].address}';
  const addresses = await run([join(bin, 'kubectl'), `--kubeconfig=${kubeconfig}`, 'get', 'nodes', '-o', path]);
  return {
    kubeconfig,
    netns: '',
    bin,
    nodeIp: addresses.split(' ')[0] ?? '',
    prometheusUrl: process.env.LOADTEST_E2E_PROMETHEUS ?? '',
    enter: (command) => command,
  };
}
