import { join } from 'node:path';

/** Names and addresses of the one cluster that a machine can have. */
export const clusterName = 'loadtest-operator';

/** Large and lost with the cluster: container layers, volumes, etcd's data, logs. */
export const stateDir = `/var/lib/${clusterName}`;
/** Sockets, mounts and process records. */
export const runDir = `/run/${clusterName}`;
/** Outside of both, so that it can be held while they are deleted. */
export const lockFile = `/run/${clusterName}.lock`;
export const clusterFile = join(stateDir, 'cluster.json');
export const bridge = 'cni0';

/** Where a node is: its network namespace, its addresses, its files. */
export interface NodePlace {
  number: number;
  name: string;
  /** Of its network namespace. */
  netnsName: string;
  /** Of its bridge, which its pods have as their gateway. */
  ip: string;
  /** Of its pods. */
  network: string;
  /** The cgroup that all of its pods are in: one of our own, so that it can be deleted without touching anybody else's. */
  cgroupRoot: string;
  stateDir: string;
  runDir: string;
  containerdSocket: string;
}

/** The nodes that a cluster can have; the first is always there, and has the control plane beside it. */
export const nodeNumbers = [1, 2] as const;

export function nodePlace(number: number): NodePlace {
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

/** The link between the first node and another: the ends' addresses, and the name of the end at the first. */
export function linkOf({ number }: NodePlace) {
  return { name: `node-${number}`, near: `10.87.${number}.1`, far: `10.87.${number}.2` };
}

export const firstNode = nodePlace(1);
/** Of the pods of all nodes. */
export const podNetwork = '10.88.0.0/15';
/** The first node's own address; the API server, DNS and metrics are served there. */
export const nodeIp = firstNode.ip;
export const prometheusUrl = `http://${nodeIp}:9090`;
export const netns = `/run/netns/${firstNode.netnsName}`;

/** The prefix of a command that runs it inside a node's network. Not `ip netns exec`: that hides the cgroups. */
export function enterNode({ netnsName }: NodePlace): (command: readonly string[]) => string[] {
  return (command) => ['nsenter', `--net=/run/netns/${netnsName}`, '--', ...command];
}

/** {@link enterNode} of the first. */
export const enterCluster = enterNode(firstNode);
