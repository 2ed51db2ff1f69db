import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { issueKubeconfig } from './kubeconfig.ts';
import { Authority } from './pki.ts';
import type { Processes } from './processes.ts';
import { run } from './run.ts';
import { until } from './wait.ts';

export interface ControlPlanePlace {
  /** The programs' folder. */
  bin: string;
  /** Certificates, kubeconfigs and etcd's data. */
  dir: string;
  processes: Processes;
  /** Prefix of commands that must reach the API server. */
  enter: (command: string[]) => string[];
  /** Where the API server listens; a node's address when there are nodes. */
  address: string;
  ports: { etcd: number; etcdPeer: number; api: number };
  /** Nodes will join; without any the API server may listen on loopback. */
  hasNodes: boolean;
}

export interface RunningControlPlane {
  authority: Authority;
  kubeconfig: string;
  server: string;
}

const serviceRange = '10.96.0.0/16';
const kubernetesService = '10.96.0.1';

function etcdCommand({ bin, dir, ports }: ControlPlanePlace): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    join(bin, 'etcd'),
    `--data-dir=${join(dir, 'etcd')}`,
    // The data does not outlive the cluster, so it need not survive a power cut.
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

async function apiServerCommand(place: ControlPlanePlace, authority: Authority): Promise<string[]> {
  const hosts = ['kubernetes.default.svc', 'localhost', '127.0.0.1', kubernetesService, place.address];
  const serving = await authority.issue('apiserver', { user: 'kube-apiserver', hosts: [...new Set(hosts)] });
  const kubelet = await authority.issue('apiserver-kubelet', { user: 'kube-apiserver', group: 'system:masters' });
  const accounts = authority.keyPair('service-account');
  return [
    join(place.bin, 'kube-apiserver'),
    `--etcd-servers=http://127.0.0.1:${place.ports.etcd}`,
    `--bind-address=${place.address}`,
    `--advertise-address=${place.address}`,
    `--secure-port=${place.ports.api}`,
    // A loopback address must not be published as the endpoint of the Service `kubernetes`.
    ...(place.hasNodes ? [] : ['--endpoint-reconciler-type=none']),
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

function controllerManagerCommand({ bin, dir }: ControlPlanePlace, authority: Authority, kubeconfig: string): string[] {
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
    // Its defaults, 20 and 30 requests a second, would be what a test of hundreds of pods measures.
    '--kube-api-qps=300',
    '--kube-api-burst=600',
  ];
}

/** Starts etcd, the API server and the controllers at a place; resolves when pods could be made. */
export async function launchControlPlane(place: ControlPlanePlace): Promise<RunningControlPlane> {
  const server = `https://${place.address}:${place.ports.api}`;
  mkdirSync(place.dir, { recursive: true });
  place.processes.start('etcd', etcdCommand(place));
  const authority = await Authority.create(join(place.dir, 'pki'));
  place.processes.start('kube-apiserver', await apiServerCommand(place, authority));

  const config = (name: string, user: string, group?: string) =>
    issueKubeconfig(authority, join(place.dir, `${name}.kubeconfig`), server, { user, group });
  const kubeconfig = await config('admin', 'admin', 'system:masters');
  const controllers = await config('controller-manager', 'system:kube-controller-manager');
  const kubectl = (...args: string[]) =>
    run(place.enter([join(place.bin, 'kubectl'), `--kubeconfig=${kubeconfig}`, ...args]));

  const options = { timeoutMs: 60_000, assertPossible: () => place.processes.assertAlive() };
  await until('API server', () => kubectl('get', '--raw=/readyz'), options);
  place.processes.start('kube-controller-manager', controllerManagerCommand(place, authority, controllers));
  // A pod cannot be made before the controllers have made its namespace's default service account and root certificate.
  await until('controllers', () => kubectl('get', 'serviceaccount/default', 'configmap/kube-root-ca.crt'), options);
  return { authority, kubeconfig, server };
}
