/** A running cluster, as tests see it. */
export interface Cluster {
  /** Path of an administrator's kubeconfig. */
  kubeconfig: string;
  /** Path of the network namespace that the cluster is in; empty for a cluster elsewhere. */
  netns: string;
  /** A folder with kubectl and helm, to put on PATH. */
  bin: string;
  nodeIp: string;
  prometheusUrl: string;
  /** A command that runs the given one where it reaches the API server, pods, Services and Prometheus. */
  enter(command: string[]): string[];
}
