import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { sbomOf } from '../../../../scripts/build/sbom.ts';
import { tagProblems } from '../../../../scripts/release/commit.ts';
import { labelsOf } from '../../../../scripts/release/image.ts';
import { pluginManifest } from '../../../../scripts/release/krew.ts';
import { provenance } from '../../../../scripts/release/provenance.ts';

const root = join(import.meta.dirname, '../../../..');
const BASE = `reg.example/node:26@sha256:${'ab'.repeat(32)}`;

describe('the SBOM', () => {
  const folder = 'node_modules/@scope/part';
  const packages = [{ folder, name: '@scope/part', version: '2.0.0', license: 'MIT' }];
  const integrities = { [folder]: `sha512-${Buffer.alloc(64, 1).toString('base64')}` };
  const input = { version: '1.2.3', created: new Date(0), packages, integrities, base: BASE };
  const document = JSON.parse(sbomOf(input));

  it('lists each package with the checksum of its archive', () => {
    const { versionInfo, licenseDeclared, checksums, externalRefs } = document.packages[1];
    assert.deepEqual(
      [versionInfo, licenseDeclared, externalRefs[0].referenceLocator],
      ['2.0.0', 'MIT', 'pkg:npm/%40scope/part@2.0.0'],
    );
    assert.deepEqual(checksums, [{ algorithm: 'SHA512', checksumValue: '01'.repeat(64) }]);
  });
  it('lists the base by its digest', () => {
    const { name, versionInfo } = document.packages[2];
    assert.deepEqual([name, versionInfo], ['reg.example/node', `sha256:${'ab'.repeat(32)}`]);
  });
  it('says that the image contains all of them', () => {
    const contained = document.relationships.filter(
      (r: { relationshipType: string }) => r.relationshipType === 'CONTAINS',
    );
    assert.deepEqual(
      contained.map((r: { relatedSpdxElement: string }) => r.relatedSpdxElement),
      document.packages.slice(1).map(({ SPDXID }: { SPDXID: string }) => SPDXID),
    );
  });
  it('is the same for the same input, and has another namespace for another', () => {
    assert.equal(sbomOf(input), sbomOf(input));
    assert.notEqual(JSON.parse(sbomOf({ ...input, version: '1.2.4' })).documentNamespace, document.documentNamespace);
  });
  it('cannot be made for a package without a checksum', () =>
    assert.throws(() => sbomOf({ ...input, integrities: {} }), /no SHA-512 of @scope\/part 2\.0\.0/));
});

it('the labels of the image name commit, time and base', () => {
  const input = {
    version: '1.2.3',
    revision: 'abc',
    epochSeconds: 86_400,
    source: 'https://git.example/op',
    layout: '',
    base: () => BASE,
  };
  assert.deepEqual(labelsOf(input, BASE), [
    'org.opencontainers.image.version=1.2.3',
    'org.opencontainers.image.revision=abc',
    'org.opencontainers.image.created=1970-01-02T00:00:00.000Z',
    'org.opencontainers.image.source=https://git.example/op',
    'org.opencontainers.image.documentation=https://git.example/op/blob/v1.2.3/docs/operations.md',
    'org.opencontainers.image.base.name=reg.example/node:26',
    `org.opencontainers.image.base.digest=sha256:${'ab'.repeat(32)}`,
  ]);
});

it('the provenance names what was built from which commit and base', () => {
  const statement = provenance({
    ...{ subjects: [{ name: 'install.yaml', sha256: 'cd' }], source: 'https://git.example/op', ref: 'refs/tags/v1' },
    ...{ revision: 'abc', base: BASE, builder: 'https://ci.example', started: new Date(0), finished: new Date(1000) },
  });
  assert.deepEqual(statement.subject, [{ name: 'install.yaml', digest: { sha256: 'cd' } }]);
  assert.deepEqual(statement.predicate.buildDefinition.resolvedDependencies, [
    { uri: 'git+https://git.example/op@refs/tags/v1', digest: { gitCommit: 'abc' } },
    { uri: 'oci:reg.example/node:26', digest: { sha256: 'ab'.repeat(32) } },
  ]);
});

it('the plugin for Krew is one archive for the systems that start a program by its first line', () => {
  const { spec } = pluginManifest({
    version: '1.2.3',
    source: 'https://git.example/op',
    uri: 'https://git.example/a.tgz',
    sha256: 'ef',
  });
  assert.equal(spec.version, 'v1.2.3');
  assert.deepEqual(spec.platforms, [
    {
      selector: { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }] },
      ...{ uri: 'https://git.example/a.tgz', sha256: 'ef', bin: 'bin/loadtest.cjs' },
    },
  ]);
});

describe('a tag', () => {
  it('must be the version of package, chart and changelog', () => {
    const problems = tagProblems('v99.0.0').join('\n');
    for (const place of ['package.json', 'version of Chart.yaml', 'appVersion of Chart.yaml', 'CHANGELOG.md'])
      assert.ok(problems.includes(place), place);
  });
  it('begins with v', () => assert.match(tagProblems('0.1.0').join('\n'), /must begin with v/));
});

it('the release workflow calls only steps of the release script', () => {
  const workflow = parse(readFileSync(join(root, '.github/workflows/release.yaml'), 'utf8'));
  const runs: string[] = workflow.jobs.release.steps.flatMap(({ run }: { run?: string }) => run ?? []);
  const called = runs.flatMap((run) => [...run.matchAll(/scripts\/release\/main\.ts (\S+)/g)].map(([, step]) => step!));
  const script = readFileSync(join(root, 'scripts/release/main.ts'), 'utf8');
  assert.deepEqual(called, ['check-tag', 'image', 'artifacts', 'validate']);
  for (const step of called) assert.ok(script.includes(`case '${step}'`), step);
});

it('the base of the image is pinned by its digest', () =>
  assert.match(readFileSync(join(root, 'Dockerfile'), 'utf8'), /^ARG BASE=\S+:26\S*@sha256:[0-9a-f]{64}$/m));
