import { join } from 'node:path';

/** The name of the cluster; a machine can have only one. */
export const clusterName = 'loadtest-operator';

/** Large files that go with the cluster: container layers, volumes, etcd's data, logs. */
export const stateDir = `/var/lib/${clusterName}`;
/** Sockets, mounts and process records. */
export const runDir = `/run/${clusterName}`;
/** Outside of both folders, so that it can be held while they are deleted. */
export const lockFile = `/run/${clusterName}.lock`;
export const clusterFile = join(stateDir, 'cluster.json');
export const bridge = 'cni0';

/** The names, addresses and paths of a node. */
export interface NodeLayout {
  number: number;
  name: string;
  /** The name of its network namespace. */
  netnsName: string;
  /** The address of its bridge, which is the gateway of its pods. */
  ip: string;
  /** The network of its pods. */
  network: string;
  /** The root cgroup of its pods, separate so that it can be deleted without affecting others. */
  cgroupRoot: string;
  stateDir: string;
  runDir: string;
  containerdSocket: string;
}

/** The numbers of the possible nodes. The first always exists and shares its network with the control plane. */
export const nodeNumbers = [1, 2] as const;

export function nodeLayout(number: number): NodeLayout {
  const name = `node-${number}`;
  const own = number === 1 ? clusterName : `${clusterName}-${number}`;
  return {
    number,
    name,
    netnsName: own,
    ip: `10.${87 + number}.0.1`,
    network: `10.${87 + number}.0.0/16`,
    cgroupRoot: `/${own}`,
    stateDir: join(stateDir, name),
    runDir: join(runDir, name),
    containerdSocket: join(runDir, name, 'containerd.sock'),
  };
}

/** The link between the first node and another: the addresses of both ends, and the name of the first node's end. */
export function linkOf({ number }: NodeLayout) {
  return { name: `node-${number}`, near: `10.87.${number}.1`, far: `10.87.${number}.2` };
}

export const firstNode = nodeLayout(1);
/** The network of the pods of all nodes. */
export const podNetwork = '10.88.0.0/15';
/** The address of the first node, the API server, DNS and Prometheus. */
export const nodeIp = firstNode.ip;
export const prometheusUrl = `http://${nodeIp}:9090`;
export const netns = `/run/netns/${firstNode.netnsName}`;

/** Adds the prefix that runs a command in a node's network. Not `ip netns exec`, which hides the cgroups. */
export function enterNode({ netnsName }: NodeLayout): (command: readonly string[]) => string[] {
  return (command) => ['nsenter', `--net=/run/netns/${netnsName}`, '--', ...command];
}

/** {@link enterNode} for the first node. */
export const enterCluster = enterNode(firstNode);
