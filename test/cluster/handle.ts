/** A running cluster, as tests use it. */
export interface Cluster {
  /** Path of an administrator's kubeconfig. */
  kubeconfig: string;
  /** Path of the cluster's network namespace; empty for an external cluster. */
  netns: string;
  /** A folder with kubectl and helm, to put on PATH. */
  bin: string;
  nodeIp: string;
  prometheusUrl: string;
  /** Adds the prefix with which a command reaches the API server, pods, Services and Prometheus. */
  enter(command: string[]): string[];
}
