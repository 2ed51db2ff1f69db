import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../test/cluster/system/run.ts';
import { withTempDir } from '../../test/cluster/system/tempdir.ts';
import { OLDEST_KUBERNETES } from './chart.ts';
import { type Scored, unexpectedFindings } from './kube-score.ts';

const OPERATOR_VERIFY = 'github.com/operator-framework/api/cmd/operator-verify@v0.37.0';
const KREW = 'sigs.k8s.io/krew/cmd/krew@v0.4.3';
const KUBE_SCORE = 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0';

/**
 * Checks the artifacts in `out` by the tools of those who receive them, which Go builds: helm lints the chart, OLM's validator reads the bundle,
 * kube-score reads install.yaml, and Krew installs the plugin, which then runs. Returns one line for each; rejects at the first that is refused.
 */
export async function validateArtifacts(out: string, version: string): Promise<string[]> {
  const file = (name: string) => join(out, name);
  const lint = await run(['helm', 'lint', '--strict', file(`loadtest-operator-chart-${version}.tgz`)]);
  return withTempDir(async (dir) => {
    const environment = { env: { GOBIN: dir, KREW_ROOT: join(dir, 'plugins'), GOFLAGS: '-mod=mod', CGO_ENABLED: '0' } };
    await run(['go', 'install', OPERATOR_VERIFY], environment);
    await run(['tar', 'xzf', file(`loadtest-operator-olm-${version}.tar.gz`), '-C', dir]);
    const verified = await run([join(dir, 'operator-verify'), 'manifests', join(dir, 'bundle')], environment);

    await run(['go', 'install', KUBE_SCORE], environment);
    const findings = unexpectedFindings(await score(join(dir, 'kube-score'), file('install.yaml')));
    if (findings.length > 0) throw new Error(`kube-score:\n${findings.join('\n')}`);

    await run(['go', 'install', KREW], environment);
    const archive = readdirSync(out).find((name) => name.startsWith('kubectl-loadtest-'));
    if (archive === undefined) throw new Error('no archive of the kubectl plugin');
    await run(
      [join(dir, 'krew'), 'install', `--manifest=${file('krew.yaml')}`, `--archive=${file(archive)}`],
      environment,
    );
    const help = await run([process.execPath, join(dir, 'plugins/bin/kubectl-loadtest'), '--help']);
    return [
      lastLine(lint),
      `OLM: ${lastLine(verified) || 'no finding'}`,
      `kube-score: ${findings.length} unexplained findings`,
      `Krew: ${help.split('\n')[0]}`,
    ];
  });
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';

/** What kube-score says of a file; findings are also its exit code 1. */
async function score(kubeScore: string, path: string): Promise<Scored[]> {
  const version = `v${OLDEST_KUBERNETES.split('.').slice(0, 2).join('.')}`;
  const options = ['--output-format', 'json', '--kubernetes-version', version];
  const tolerant = ['bash', '-c', '"$@" || [ $? = 1 ]', 'kube-score'];
  const output = await run([...tolerant, kubeScore, 'score', ...options, path]);
  return JSON.parse(output);
}
