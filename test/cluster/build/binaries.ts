import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from '../system/run.ts';
import { cached, cacheKey } from './cache.ts';
import { findGo } from './toolchain.ts';
import { kubernetesVersion } from './versions.ts';

/** Programs built together from one Go module under `go/`. */
interface Group {
  module: string;
  /** Names of programs that differ from their package's, by package. */
  packages: Readonly<Record<string, string | undefined>>;
  flags: readonly string[];
}

const [major, minor] = kubernetesVersion.split('.');
// Without these, the API server reports version v0.0.0, on which kubelet, kubectl and Helm rely.
const version = { gitVersion: `v${kubernetesVersion}`, gitMajor: major, gitMinor: minor };
const versionFlags = Object.entries(version).map(
  ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
);
const kubernetesFlags = ['-ldflags', ['-s', '-w', ...versionFlags].join(' ')];

const groups = {
  controlPlane: {
    module: 'kubernetes',
    packages: {
      'k8s.io/kubernetes/cmd/kube-apiserver': undefined,
      'k8s.io/kubernetes/cmd/kube-controller-manager': undefined,
      'k8s.io/kubernetes/cmd/kubectl': undefined,
      'go.etcd.io/etcd/server/v3': 'etcd',
    },
    flags: kubernetesFlags,
  },
  node: {
    module: 'kubernetes',
    packages: {
      'k8s.io/kubernetes/cmd/kube-scheduler': undefined,
      'k8s.io/kubernetes/cmd/kubelet': undefined,
      'k8s.io/kubernetes/cmd/kube-proxy': undefined,
    },
    flags: kubernetesFlags,
  },
  helm: { module: 'helm', packages: { 'helm.sh/helm/v3/cmd/helm': undefined }, flags: ['-ldflags', '-s -w'] },
  // `crane registry serve` is a registry for charts and images.
  registry: {
    module: 'registry',
    packages: { 'github.com/google/go-containerregistry/cmd/crane': undefined },
    flags: ['-ldflags', '-s -w'],
  },
  // Debian's Prometheus has no service discovery; this one needs only that of Kubernetes.
  prometheus: {
    module: 'prometheus',
    packages: {
      'github.com/prometheus/prometheus/cmd/prometheus': undefined,
      'github.com/prometheus/prometheus/cmd/promtool': undefined,
    },
    flags: ['-tags', 'remove_all_sd,enable_kubernetes_sd', '-ldflags', '-s -w'],
  },
  coredns: { module: 'coredns', packages: { 'github.com/coredns/coredns': undefined }, flags: ['-ldflags', '-s -w'] },
} satisfies Record<string, Group>;

export type GroupName = keyof typeof groups;

/** The program name that `go build -o FOLDER/` derives from a package: its last path element that is not a major version. */
export function programName(importPath: string): string {
  const elements = importPath.split('/').filter((element) => !/^v\d+$/.test(element));
  return elements.at(-1) ?? importPath;
}

/** The folder with a group's programs; builds them, and logs the progress, unless they are in the cache. */
export function binaries(name: GroupName, log: (line: string) => void): Promise<string> {
  const group: Group = groups[name];
  const source = join(import.meta.dirname, '..', 'go', group.module);
  const inputs = [process.arch, JSON.stringify(group), ...['go.mod', 'go.sum'].map((file) => read(join(source, file)))];
  return cached(join('bin', `${name}-${cacheKey(inputs)}`), (path) => build(name, group, source, path, log));
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

async function build(
  name: GroupName,
  group: Group,
  source: string,
  path: string,
  log: (line: string) => void,
): Promise<void> {
  const go = await findGo(log);
  mkdirSync(path);
  log(`building ${name} from source; the first time this takes minutes (${availableParallelism()} cores)`);
  const started = Date.now();
  let compiled = 0;
  let reported = started;
  await run(
    // At low priority, because tests or an editor may share the cores.
    ['nice', go, 'build', '-v', '-mod=readonly', '-buildvcs=false', '-trimpath'].concat(
      group.flags,
      ['-o', `${path}/`],
      Object.keys(group.packages),
    ),
    {
      cwd: source,
      env: { CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
      onErrorLine: () => {
        compiled += 1;
        if (Date.now() - reported < 10_000) return;
        reported = Date.now();
        log(`building ${name}: ${compiled} packages compiled, ${Math.round((reported - started) / 1000)} s`);
      },
    },
  );
  for (const [importPath, program] of Object.entries(group.packages)) {
    if (program) renameSync(join(path, programName(importPath)), join(path, program));
  }
  log(`built ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Fills a folder with links to the programs of other folders, so that PATH needs only this one. */
export function linkPrograms(folders: readonly string[], bin: string): string {
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  for (const folder of folders) {
    for (const name of readdirSync(folder)) symlinkSync(join(folder, name), join(bin, name));
  }
  return bin;
}
