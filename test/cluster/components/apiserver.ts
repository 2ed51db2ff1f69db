import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Processes } from '../system/processes.ts';
import { run } from '../system/run.ts';
import { until } from '../system/wait.ts';
import { issueKubeconfig } from './kubeconfig.ts';
import { Authority } from './pki.ts';

export interface ControlPlaneOptions {
  /** The folder with the programs. */
  bin: string;
  /** Certificates, kubeconfigs and etcd's data. */
  dir: string;
  processes: Processes;
  /** Adds the prefix with which a command reaches the API server. */
  enter: (command: string[]) => string[];
  /** The address of the API server; with nodes, that of the first. */
  address: string;
  ports: { etcd: number; etcdPeer: number; api: number };
  /** Whether nodes will join; without nodes, the API server may listen on loopback. */
  hasNodes: boolean;
}

export interface RunningControlPlane {
  authority: Authority;
  kubeconfig: string;
  server: string;
}

const serviceRange = '10.96.0.0/16';
const kubernetesService = '10.96.0.1';

function etcdCommand({ bin, dir, ports }: ControlPlaneOptions): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    join(bin, 'etcd'),
    `--data-dir=${join(dir, 'etcd')}`,
    // The data does not outlive the cluster, so that it need not survive a power failure.
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

async function apiServerCommand(options: ControlPlaneOptions, authority: Authority): Promise<string[]> {
  const hosts = ['kubernetes.default.svc', 'localhost', '127.0.0.1', kubernetesService, options.address];
  const serving = await authority.issue('apiserver', { user: 'kube-apiserver', hosts: [...new Set(hosts)] });
  const kubelet = await authority.issue('apiserver-kubelet', { user: 'kube-apiserver', group: 'system:masters' });
  const accounts = authority.keyPair('service-account');
  return [
    join(options.bin, 'kube-apiserver'),
    `--etcd-servers=http://127.0.0.1:${options.ports.etcd}`,
    `--bind-address=${options.address}`,
    `--advertise-address=${options.address}`,
    `--secure-port=${options.ports.api}`,
    // A loopback address must not be published as the endpoint of the Service `kubernetes`.
    ...(options.hasNodes ? [] : ['--endpoint-reconciler-type=none']),
    `--service-cluster-ip-range=${serviceRange}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    '--profiling=false',
    `--client-ca-file=${authority.certificate}`,
    `--tls-cert-file=${serving.certificate}`,
    `--tls-private-key-file=${serving.key}`,
    `--kubelet-client-certificate=${kubelet.certificate}`,
    `--kubelet-client-key=${kubelet.key}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${accounts.publicKey}`,
    `--service-account-signing-key-file=${accounts.privateKey}`,
  ];
}

function controllerManagerCommand(
  { bin, dir }: ControlPlaneOptions,
  authority: Authority,
  kubeconfig: string,
): string[] {
  return [
    join(bin, 'kube-controller-manager'),
    `--kubeconfig=${kubeconfig}`,
    '--secure-port=0',
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${join(dir, 'pki', 'service-account.key')}`,
    `--root-ca-file=${authority.certificate}`,
    `--cluster-signing-cert-file=${authority.certificate}`,
    `--cluster-signing-key-file=${authority.key}`,
    `--service-cluster-ip-range=${serviceRange}`,
    // The defaults, 20 and 30 requests per second, would dominate the results of tests with hundreds of pods.
    '--kube-api-qps=300',
    '--kube-api-burst=600',
  ];
}

/** Starts etcd, the API server and the controllers; resolves when pods can be created. */
export async function launchControlPlane(options: ControlPlaneOptions): Promise<RunningControlPlane> {
  const server = `https://${options.address}:${options.ports.api}`;
  mkdirSync(options.dir, { recursive: true });
  options.processes.start('etcd', etcdCommand(options));
  const authority = await Authority.create(join(options.dir, 'pki'));
  options.processes.start('kube-apiserver', await apiServerCommand(options, authority));

  const config = (name: string, user: string, group?: string) =>
    issueKubeconfig(authority, join(options.dir, `${name}.kubeconfig`), server, { user, group });
  const kubeconfig = await config('admin', 'admin', 'system:masters');
  const controllers = await config('controller-manager', 'system:kube-controller-manager');
  const kubectl = (...args: string[]) =>
    run(options.enter([join(options.bin, 'kubectl'), `--kubeconfig=${kubeconfig}`, ...args]));

  const waiting = { timeoutMs: 60_000, assertPossible: () => options.processes.assertAlive() };
  await until('API server', () => kubectl('get', '--raw=/readyz'), waiting);
  options.processes.start('kube-controller-manager', controllerManagerCommand(options, authority, controllers));
  // Pods need the default service account and the root certificate of their namespace, which the controllers create.
  await until('controllers', () => kubectl('get', 'serviceaccount/default', 'configmap/kube-root-ca.crt'), waiting);
  return { authority, kubeconfig, server };
}
