import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../test/cluster/system/run.ts';
import { ROOT } from '../build/bundle.ts';

/** Architectures of the image, as Go names them. */
export const ARCHITECTURES = ['amd64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

export type ImageInput = {
  version: string;
  /** The commit, in hexadecimal digits. */
  revision: string;
  /** Time of the commit in seconds since 1970. */
  epochSeconds: number;
  /** URL of the repository; absent: unknown. */
  source?: string;
  /** Base image for an architecture, with a digest. */
  base: (architecture: Architecture) => string;
  /** Folder with Dockerfile and dist/image; default: this repository. */
  context?: string;
  /** Folder for the result in the OCI image layout. */
  layout: string;
  /** Repository in a registry that receives the image with the version as its tag, too. */
  push?: string;
  /** The command of buildah with its options; default: buildah with its usual storage. */
  buildah?: readonly string[];
};

/** The labels of https://specs.opencontainers.org/image-spec/annotations/ that the Dockerfile cannot know. */
export function labelsOf({ version, revision, epochSeconds, source }: ImageInput, base: string): string[] {
  const [name = '', digest] = base.split('@');
  const labels = {
    version,
    revision,
    created: new Date(epochSeconds * 1000).toISOString(),
    source,
    documentation: source && `${source}/blob/v${version}/docs/operations.md`,
    'base.name': name,
    'base.digest': digest,
  };
  return Object.entries(labels).flatMap(([key, value]) =>
    value === undefined ? [] : [`org.opencontainers.image.${key}=${value}`],
  );
}

/**
 * Builds the image for all architectures into a folder in the OCI image layout, and returns the digest of its index. All times are that of the
 * commit, so that two builds of one commit have one digest. Nothing of the image runs, so that no architecture needs emulation.
 */
export async function buildImage(input: ImageInput): Promise<string> {
  const { version, epochSeconds, layout, push, base, context = ROOT, buildah = ['buildah'] } = input;
  const index = `localhost/loadtest-operator-release:${version}`;
  const images: string[] = [];
  await run([...buildah, 'manifest', 'create', index]);
  try {
    for (const architecture of ARCHITECTURES) {
      const image = `${index}-${architecture}`;
      const options = [
        ...['--isolation', 'chroot', '--format', 'oci', '--timestamp', `${epochSeconds}`, '--arch', architecture],
        ...['--build-arg', `BASE=${base(architecture)}`, '--build-arg', `VERSION=${version}`],
        ...labelsOf(input, base(architecture)).flatMap((label) => ['--label', label]),
      ];
      await run([...buildah, 'bud', ...options, '-t', image, '-f', join(context, 'Dockerfile'), context]);
      images.push(image);
      await run([...buildah, 'manifest', 'add', index, image]);
    }
    const digestFile = `${layout}.digest`;
    await run([...buildah, 'manifest', 'push', '--all', '--digestfile', digestFile, index, `oci:${layout}:${version}`]);
    if (push !== undefined) await run([...buildah, 'manifest', 'push', '--all', index, `docker://${push}:${version}`]);
    return readFileSync(digestFile, 'utf8').trim();
  } finally {
    await run([...buildah, 'manifest', 'rm', index]);
    for (const image of images) await run([...buildah, 'rmi', '--force', image]);
  }
}
