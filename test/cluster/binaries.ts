import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cached, cacheKey } from './cache.ts';
import { run } from './run.ts';
import { findGo } from './toolchain.ts';
import { kubernetesVersion } from './versions.ts';

/** Programs that are built together, from one Go module under `go/`. */
interface Group {
  module: string;
  /** Package to build → name of the program, where it is not the package's own. */
  packages: Readonly<Record<string, string | undefined>>;
  flags: readonly string[];
}

const [major, minor] = kubernetesVersion.split('.');
// Without these the API server calls itself v0.0.0, which kubelet, kubectl and Helm take at its word.
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
  // Debian's Prometheus is built without any service discovery; of all of them ours needs one.
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

/** The program `go build -o FOLDER/` makes of a package: its last path element that is not a major version. */
export function programName(importPath: string): string {
  const elements = importPath.split('/').filter((element) => !/^v\d+$/.test(element));
  return elements.at(-1) ?? importPath;
}

/** The folder with a group's programs; builds them, with lines on the progress, when they are not in the cache yet. */
export function binaries(name: GroupName, log: (line: string) => void): Promise<string> {
  const group: Group = groups[name];
  const source = join(import.meta.dirname, 'go', group.module);
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
    // Politely: tests or an editor may be at work on the same cores.
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

/** Fills a folder with links to all programs of the given ones, so that it alone can stand on a PATH. */
export function linkPrograms(folders: readonly string[], bin: string): string {
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  for (const folder of folders) {
    for (const name of readdirSync(folder)) symlinkSync(join(folder, name), join(bin, name));
  }
  return bin;
}
