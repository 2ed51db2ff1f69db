import { createHash } from 'node:crypto';
import type { BundledPackage } from './packages.ts';

/** The file with the parts of the image (SPDX 2.3, JSON). */
export const SBOM = 'sbom.spdx.json';

export type SbomInput = {
  /** Version of loadtest-operator. */
  version: string;
  /** Time of the commit. */
  created: Date;
  packages: readonly BundledPackage[];
  /** Subresource integrity of each package's archive, such as sha512-…, by folder; of package-lock.json. */
  integrities: Readonly<Record<string, string | undefined>>;
  /** Reference of the base image, which has an SBOM of its own: its parts are not listed. */
  base: string;
};

const UNKNOWN = 'NOASSERTION';
const ROOT_ID = 'SPDXRef-loadtest-operator';

/** An SPDX document of the image: the packages in its programs with versions, licences and checksums, and its base. The same input gives the same text. */
export function sbomOf({ version, created, packages, integrities, base }: SbomInput): string {
  const parts = [
    ...packages.map((part, index) => npmPackage(part, `SPDXRef-npm-${index}`, integrities[part.folder])),
    baseImage(base),
  ];
  const root = {
    ...spdxPackage(ROOT_ID, 'loadtest-operator', version, 'Apache-2.0', `pkg:npm/loadtest-operator@${version}`),
    primaryPackagePurpose: 'CONTAINER',
  };
  const contents = createHash('sha256')
    .update(JSON.stringify([version, created, parts]))
    .digest('hex');
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `loadtest-operator-${version}`,
    documentNamespace: `https://loadtest.dev/spdx/loadtest-operator-${version}-${contents.slice(0, 32)}`,
    creationInfo: {
      created: created.toISOString().replace(/\.\d+Z$/, 'Z'),
      creators: [`Tool: loadtest-operator-build-${version}`],
    },
    packages: [root, ...parts],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: ROOT_ID },
      ...parts.map(({ SPDXID }) => ({
        spdxElementId: ROOT_ID,
        relationshipType: 'CONTAINS',
        relatedSpdxElement: SPDXID,
      })),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function spdxPackage(id: string, name: string, version: string, license: string, purl: string) {
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    downloadLocation: UNKNOWN,
    filesAnalyzed: false,
    licenseConcluded: UNKNOWN,
    licenseDeclared: license,
    copyrightText: UNKNOWN,
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  };
}

function npmPackage({ name, version, license }: BundledPackage, id: string, integrity: string | undefined) {
  const [algorithm, base64] = integrity?.split('-') ?? [];
  if (algorithm !== 'sha512' || base64 === undefined)
    throw new Error(`package-lock.json has no SHA-512 of ${name} ${version}`);
  const checksumValue = Buffer.from(base64, 'base64').toString('hex');
  return {
    ...spdxPackage(id, name, version, license, `pkg:npm/${name.replace('@', '%40')}@${version}`),
    checksums: [{ algorithm: 'SHA512', checksumValue }],
  };
}

function baseImage(reference: string) {
  const [image = '', digest = ''] = reference.split('@');
  const name = image.replace(/:[^/:]*$/, '');
  const version = digest === '' ? image.slice(name.length + 1) : digest;
  const purl = `pkg:oci/${name.split('/').at(-1)}@${encodeURIComponent(version)}?repository_url=${encodeURIComponent(name)}`;
  return { ...spdxPackage('SPDXRef-base', name, version, UNKNOWN, purl), primaryPackagePurpose: 'CONTAINER' };
}
