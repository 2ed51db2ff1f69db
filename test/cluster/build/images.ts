import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { firstNode, type NodeLayout } from '../system/layout.ts';
import { run } from '../system/run.ts';
import { withTempDir } from '../system/tempdir.ts';
import { build, type Image } from './buildah.ts';
import { contentHash } from './cache.ts';
import { writeNodeRootfs } from './rootfs.ts';

export type { Image };

const repository = resolve(import.meta.dirname, '../../..');

/** The image that holds a pod's namespaces open. */
export function buildPauseImage(): Promise<Image> {
  const dockerfile = 'FROM scratch\nCOPY busybox /busybox\nENTRYPOINT ["/busybox", "sleep", "2147483647"]\n';
  return build({
    name: 'pause',
    inputs: [dockerfile, contentHash('/bin/busybox')],
    context: (dir) => {
      writeFileSync(join(dir, 'Dockerfile'), dockerfile);
      cpSync('/bin/busybox', join(dir, 'busybox'));
    },
  });
}

/** An image of one program that needs no libraries. The container's `args` are its arguments. */
export function buildProgramImage(name: string, program: string): Promise<Image> {
  const dockerfile = 'FROM scratch\nCOPY program /program\nUSER 65532:65532\nENTRYPOINT ["/program"]\n';
  return build({
    name,
    inputs: [dockerfile, contentHash(program)],
    context: (dir) => {
      writeFileSync(join(dir, 'Dockerfile'), dockerfile);
      cpSync(program, join(dir, 'program'));
    },
  });
}

/** A substitute for the official Node image, without a registry: Node as installed by npm, and its libraries. */
export function buildBaseImage(): Promise<Image> {
  const node = join(repository, 'node_modules/node/bin/node');
  const dockerfile = 'FROM scratch\nCOPY rootfs/ /\nENV PATH=/usr/local/bin:/usr/bin:/bin\n';
  return build({
    name: 'node-base',
    inputs: [dockerfile, contentHash(node), contentHash(join(import.meta.dirname, 'rootfs.ts'))],
    context: async (dir) => {
      writeFileSync(join(dir, 'Dockerfile'), dockerfile);
      await writeNodeRootfs(node, join(dir, 'rootfs'));
    },
  });
}

/** The project's own image, from the root Dockerfile and a fresh build of its programs. */
export async function buildProjectImage(): Promise<Image> {
  await run(['npm', 'run', 'build', '--', 'image'], { cwd: repository });
  const { version }: { version: string } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const base = await buildBaseImage();
  return withTempDir(async (snapshot) => {
    // Copied before it is hashed, because another build may replace it meanwhile.
    for (const file of ['Dockerfile', '.dockerignore', 'dist/image']) {
      cpSync(join(repository, file), join(snapshot, file), { recursive: true });
    }
    return build({
      name: 'loadtest-operator',
      inputs: [contentHash(snapshot)],
      base,
      buildArgs: { VERSION: version },
      context: (dir) => cpSync(snapshot, dir, { recursive: true }),
    });
  });
}

/** An image of one TypeScript program, bundled with its imports. The container's `args` are its arguments. */
export async function buildNodeImage(name: string, entry: string): Promise<Image> {
  const base = await buildBaseImage();
  return withTempDir(async (dir) => {
    const bundle = join(dir, 'main.mjs');
    const esbuild = join(repository, 'node_modules/.bin/esbuild');
    const options = ['--bundle', '--platform=node', '--format=esm', '--log-level=warning', `--outfile=${bundle}`];
    await run([esbuild, resolve(entry), ...options]);
    const command = 'USER 65532:65532\nENTRYPOINT ["node", "/app/main.mjs"]\n';
    writeFileSync(join(dir, 'Dockerfile'), `ARG BASE\nFROM \${BASE}\nCOPY main.mjs /app/main.mjs\n${command}`);
    return build({
      name,
      inputs: [contentHash(dir)],
      base,
      context: (context) => cpSync(dir, context, { recursive: true }),
    });
  });
}

/**
 * Imports an image on a node of the cluster; pods can use it with any pull policy except Always. For an external cluster, LOADTEST_E2E_IMPORT
 * is the command that imports an archive, such as `kind load image-archive`.
 */
export async function importImage({ name, archive }: Image, node: NodeLayout = firstNode): Promise<void> {
  if (process.env.LOADTEST_E2E_KUBECONFIG) {
    const command = process.env.LOADTEST_E2E_IMPORT?.split(' ');
    if (!command)
      throw new Error(
        'LOADTEST_E2E_KUBECONFIG is set, but LOADTEST_E2E_IMPORT, the command that imports images, is not',
      );
    await run([...command, archive]);
    return;
  }
  const images = (...args: string[]) =>
    run(['ctr', '--address', node.containerdSocket, '--namespace', 'k8s.io', 'images', ...args]);
  const present = (await images('list', '--quiet')).split('\n');
  if (!present.includes(name)) await images('import', archive);
}
