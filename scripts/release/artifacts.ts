import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { run } from '../../test/cluster/system/run.ts';
import { withTempDir } from '../../test/cluster/system/tempdir.ts';
import { baseOfDockerfile } from '../build/base.ts';
import { ROOT } from '../build/bundle.ts';
import { SBOM } from '../build/sbom.ts';
import { pack, sha256Of, writeFiles } from './archive.ts';
import { type ImageReference, packChart, writeReleasedChart } from './chart.ts';
import { currentCommit, projectVersion } from './commit.ts';
import { pluginManifest } from './krew.ts';
import { withoutHelmsMarks } from './kubernetes.ts';
import { exampleObjects, installManifest, renderChart, writeKustomization } from './manifests.ts';
import { bundleFiles } from './olm.ts';
import { provenance } from './provenance.ts';

export type ArtifactsInput = {
  image: ImageReference;
  /** URL of the repository. */
  source: string;
  /** The tag or branch, such as refs/tags/v0.1.0. */
  ref: string;
  /** URI of the workflow and of its run; absent on a person's machine. */
  builder?: string;
  invocation?: string;
};

const NAME = 'loadtest-operator';
const PROVENANCE = 'provenance.intoto.json';
const PREDICATE = 'provenance.predicate.json';
const CHECKSUMS = 'SHA256SUMS';
/** Files that say something of the others, and the note of the step before. */
const ABOUT = [PROVENANCE, PREDICATE, CHECKSUMS, 'image.digest'];

/**
 * Builds everything of a release except the image into the folder `out`, and returns the names of the files: the chart, install.yaml, the
 * Kustomize folder, the OLM bundle, the kubectl plugin with its Krew manifest, the npm package, the SBOM, the provenance, and checksums.
 */
export async function buildArtifacts(out: string, input: ArtifactsInput): Promise<string[]> {
  const started = new Date();
  const commit = await currentCommit();
  const version = projectVersion();
  const { repository, digest } = input.image;
  const epoch = { SOURCE_DATE_EPOCH: `${commit.epochSeconds}` };
  mkdirSync(out, { recursive: true });
  for (const name of filesOf(out)) rmSync(join(out, name));
  await run(['npm', 'run', 'build'], { cwd: ROOT, env: epoch });
  cpSync(join(ROOT, 'dist/image', SBOM), join(out, SBOM));
  await run(['npm', 'pack', '--ignore-scripts', '--pack-destination', out], { cwd: ROOT });
  await withTempDir(async (dir) => {
    const chart = join(dir, NAME);
    writeReleasedChart(chart, input.image, input.source);
    cpSync(await packChart(chart, dir), join(out, `${NAME}-chart-${version}.tgz`));
    const rendered = await renderChart(chart);

    const install = installManifest(rendered, version);
    writeFileSync(join(out, 'install.yaml'), install);
    writeKustomization(join(dir, 'kustomize'), install, repository);
    await pack(dir, ['kustomize'], join(out, `${NAME}-kustomize-${version}.tar.gz`), commit.epochSeconds);

    const bundle = bundleFiles({
      ...{ version, source: input.source, created: new Date(commit.epochSeconds * 1000), examples: exampleObjects() },
      image: digest === undefined ? `${repository}:${version}` : `${repository}@${digest}`,
      objects: withoutHelmsMarks(rendered, 'olm'),
    });
    writeFiles(join(dir, 'bundle'), bundle);
    await pack(dir, ['bundle'], join(out, `${NAME}-olm-${version}.tar.gz`), commit.epochSeconds);
  });
  await writePlugin(out, input.source, version, commit.epochSeconds);

  const artifacts = filesOf(out);
  const files = artifacts.map((name) => ({ name, sha256: sha256Of(join(out, name)) }));
  const image = digest === undefined ? [] : [{ name: repository, sha256: digest.replace('sha256:', '') }];
  const statement = provenance({
    ...{ source: input.source, ref: input.ref, revision: commit.revision, base: baseOfDockerfile() },
    subjects: [...image, ...files],
    builder: input.builder ?? `${input.source}/blob/${commit.revision}/scripts/release/main.ts`,
    ...(input.invocation !== undefined && { invocation: input.invocation }),
    ...{ started, finished: new Date() },
  });
  writeFileSync(join(out, PROVENANCE), `${JSON.stringify(statement)}\n`);
  // cosign makes a statement of its own from the predicate.
  writeFileSync(join(out, PREDICATE), `${JSON.stringify(statement.predicate)}\n`);
  const all = [...artifacts, PROVENANCE, PREDICATE];
  writeFileSync(join(out, CHECKSUMS), all.map((name) => `${sha256Of(join(out, name))}  ${name}\n`).join(''));
  return [...all, CHECKSUMS];
}

/** Packs the kubectl plugin, and writes the manifest with the archive's checksum and its address in the release. */
async function writePlugin(out: string, source: string, version: string, epochSeconds: number): Promise<void> {
  const archive = `kubectl-loadtest-${version}.tar.gz`;
  await pack(ROOT, ['LICENSE', 'bin/loadtest.cjs', 'dist/package'], join(out, archive), epochSeconds);
  const uri = `${source}/releases/download/v${version}/${archive}`;
  const manifest = pluginManifest({ version, source, uri, sha256: sha256Of(join(out, archive)) });
  writeFileSync(join(out, 'krew.yaml'), stringify(manifest, { lineWidth: 0 }));
}

/** The files directly in the folder that are parts of the release. */
function filesOf(out: string): string[] {
  return readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !ABOUT.includes(entry.name))
    .map(({ name }) => name)
    .sort();
}
