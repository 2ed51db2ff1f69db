import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCgroups } from '../system/cgroups.ts';
import { type NodeLayout, nodeIp, podNetwork, stateDir } from '../system/layout.ts';
import type { Processes } from '../system/processes.ts';
import { run } from '../system/run.ts';
import { until } from '../system/wait.ts';
import type { RunningControlPlane } from './apiserver.ts';
import { issueKubeconfig } from './kubeconfig.ts';

/** overlayfs cannot be stacked on overlayfs, which is the file system of `/` in a container. */
const overlayMagic = 0x794c7630;

/** containerd's configuration. Version 2 of the format is read by containerd 1.x and 2.x. */
export function renderContainerdConfig(node: NodeLayout, options: { pauseImage: string; snapshotter: string }): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${join(node.stateDir, 'containerd')}"
state = "${join(node.runDir, 'containerd')}"

[grpc]
address = "${node.containerdSocket}"

[${cri}]
sandbox_image = "${options.pauseImage}"
# Lowering a score needs CAP_SYS_RESOURCE, which root does not have everywhere; without it no pod would start.
restrict_oom_score_adj = true
# Under our own folder, so that deleting the cluster finds them.
netns_mounts_under_state_dir = true

[${cri}.containerd]
snapshotter = "${options.snapshotter}"
default_runtime_name = "runc"

[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[${cri}.containerd.runtimes.runc.options]
SystemdCgroup = false
Root = "${join(node.runDir, 'runc')}"

[${cri}.cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${join(node.stateDir, 'cni')}"
`;
}

/** kubelet's configuration, as JSON. */
export function renderKubeletConfig(node: NodeLayout, clientCaFile: string): string {
  return JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: node.ip,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: clientCaFile },
    },
    authorization: { mode: 'Webhook' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: node.cgroupRoot,
    // Relevant only with cgroup v1.
    failCgroupV1: false,
    failSwapOn: false,
    clusterDomain: 'cluster.local',
    clusterDNS: [nodeIp],
    resolvConf: join(node.stateDir, 'resolv.conf'),
    containerRuntimeEndpoint: `unix://${node.containerdSocket}`,
    podLogsDir: join(node.stateDir, 'pod-logs'),
    volumePluginDir: join(node.stateDir, 'volume-plugins'),
    maxPods: 1000,
    serializeImagePulls: false,
    // Unlimited, so that kubelet's client-side limit does not dominate the results of tests.
    registryPullQPS: 0,
    eventRecordQPS: 0,
    kubeAPIQPS: 300,
    kubeAPIBurst: 600,
    crashLoopBackOff: { maxContainerRestartPeriod: '1s' },
    // A full disk of this machine must not evict pods.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
      'imagefs.inodesFree': '0%',
    },
  });
}

/** kube-proxy's configuration, as JSON. */
export function renderProxyConfig({ name }: NodeLayout, kubeconfig: string): string {
  return JSON.stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig },
    hostnameOverride: name,
    mode: 'iptables',
    clusterCIDR: podNetwork,
    // With zeros, it does not write sysctls that are read-only in a network namespace.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  });
}

/** Starts a node's container runtime. It needs no API server, so that both can start concurrently. */
export async function launchContainerd(node: NodeLayout, processes: Processes, pauseImage: string): Promise<void> {
  mkdirSync(node.stateDir, { recursive: true });
  mkdirSync(node.runDir, { recursive: true });
  const snapshotter = statfsSync(node.stateDir).type === overlayMagic ? 'native' : 'overlayfs';
  const config = join(node.stateDir, 'containerd.toml');
  writeFileSync(config, renderContainerdConfig(node, { pauseImage, snapshotter }));
  processes.start('containerd', ['containerd', '--config', config]);
  await until('containerd', () => run(['ctr', '--address', node.containerdSocket, 'version']), {
    timeoutMs: 30_000,
    assertPossible: () => processes.assertAlive(),
  });
}

/** Starts the scheduler. */
export async function launchScheduler(
  processes: Processes,
  bin: string,
  { authority, server }: RunningControlPlane,
): Promise<void> {
  const kubeconfig = join(stateDir, 'scheduler.kubeconfig');
  await issueKubeconfig(authority, kubeconfig, server, { user: 'system:kube-scheduler' });
  const flags = ['--secure-port=0', '--leader-elect=false', '--kube-api-qps=300', '--kube-api-burst=600'];
  processes.start('kube-scheduler', [join(bin, 'kube-scheduler'), `--kubeconfig=${kubeconfig}`, ...flags]);
}

/** Starts a node's kubelet and kube-proxy; resolves when the node is Ready. `taints` are in kubelet's format. */
export async function launchNode(
  node: NodeLayout,
  processes: Processes,
  bin: string,
  { authority, server, kubeconfig }: RunningControlPlane,
  enter: (command: string[]) => string[],
  taints: readonly string[] = [],
): Promise<void> {
  const { name, stateDir: dir } = node;
  const config = (file: string, user: string, group?: string) =>
    issueKubeconfig(authority, join(dir, `${file}.kubeconfig`), server, { user, group });

  createCgroups(node.cgroupRoot);
  // Pods with dnsPolicy Default use the resolver of the node, which is the cluster's.
  writeFileSync(join(dir, 'resolv.conf'), `nameserver ${nodeIp}\n`);
  const kubeletConfig = join(dir, 'kubelet.json');
  writeFileSync(kubeletConfig, renderKubeletConfig(node, authority.certificate));
  processes.start('kubelet', [
    join(bin, 'kubelet'),
    `--config=${kubeletConfig}`,
    `--kubeconfig=${await config('kubelet', `system:node:${name}`, 'system:nodes')}`,
    `--root-dir=${join(dir, 'kubelet')}`,
    `--cert-dir=${join(dir, 'kubelet', 'pki')}`,
    `--hostname-override=${name}`,
    `--node-ip=${node.ip}`,
    ...(taints.length > 0 ? [`--register-with-taints=${taints.join(',')}`] : []),
  ]);

  const proxyConfig = join(dir, 'kube-proxy.json');
  writeFileSync(proxyConfig, renderProxyConfig(node, await config('proxy', 'system:kube-proxy')));
  processes.start('kube-proxy', [join(bin, 'kube-proxy'), `--config=${proxyConfig}`]);

  const ready = ['wait', '--for=condition=Ready', `node/${name}`, '--timeout=60s'];
  await until('node', () => run(enter([join(bin, 'kubectl'), `--kubeconfig=${kubeconfig}`, ...ready])), {
    timeoutMs: 60_000,
    assertPossible: () => processes.assertAlive(),
  });
}
