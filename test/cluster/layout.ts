import { join } from 'node:path';

/** Names and addresses of the one cluster that a machine can have. */
export const clusterName = 'loadtest-operator';
export const nodeName = 'node-1';
/** The node's own address; it also serves DNS and metrics there. */
export const nodeIp = '10.88.0.1';
export const podNetwork = '10.88.0.0/16';
export const bridge = 'cni0';
export const prometheusUrl = `http://${nodeIp}:9090`;

/** Large and lost with the cluster: container layers, volumes, etcd's data, logs. */
export const stateDir = `/var/lib/${clusterName}`;
/** Sockets, mounts and process records. */
export const runDir = `/run/${clusterName}`;
/** Outside of both, so that it can be held while they are deleted. */
export const lockFile = `/run/${clusterName}.lock`;
export const clusterFile = join(stateDir, 'cluster.json');

export const netns = `/run/netns/${clusterName}`;
export const containerdDir = join(stateDir, 'containerd');
export const containerdRunDir = join(runDir, 'containerd');
export const containerdSocket = join(runDir, 'containerd.sock');
export const kubeletDir = join(stateDir, 'kubelet');
export const podLogsDir = join(stateDir, 'pod-logs');
export const cniConfigDir = join(stateDir, 'cni');
export const cniNetworksDir = join(stateDir, 'cni-networks');

/** The prefix of a command that runs it inside the cluster's network. Not `ip netns exec`: that hides the cgroups. */
export function enterCluster(command: readonly string[]): string[] {
  return ['nsenter', `--net=${netns}`, '--', ...command];
}
