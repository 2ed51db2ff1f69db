import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build, type Image } from './buildah.ts';
import { contentHash } from './cache.ts';
import { containerdSocket } from './layout.ts';
import { writeNodeRootfs } from './rootfs.ts';
import { run } from './run.ts';

export type { Image };

const repository = resolve(import.meta.dirname, '../..');

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

/** The stand-in for the official Node image, which no registry serves here: Node as npm installed it, and its libraries. */
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

/** The project's own image, from the root Dockerfile and a fresh `npm run build`. */
export async function buildProjectImage(): Promise<Image> {
  await run(['npm', 'run', 'build'], { cwd: repository });
  const files = ['Dockerfile', '.dockerignore', 'dist'];
  const { version }: { version: string } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  return build({
    name: 'loadtest-operator',
    inputs: files.map((file) => contentHash(join(repository, file))),
    base: await buildBaseImage(),
    buildArgs: { VERSION: version },
    context: (dir) => {
      for (const file of files) cpSync(join(repository, file), join(dir, file), { recursive: true });
    },
  });
}

/** An image that runs one TypeScript program of the tests, bundled with what it imports. Arguments are the container's `args`. */
export async function buildNodeImage(name: string, entry: string): Promise<Image> {
  const dir = mkdtempSync(join(tmpdir(), 'loadtest-bundle-'));
  try {
    const bundle = join(dir, 'main.mjs');
    const esbuild = join(repository, 'node_modules/.bin/esbuild');
    const options = ['--bundle', '--platform=node', '--format=esm', '--log-level=warning', `--outfile=${bundle}`];
    await run([esbuild, resolve(entry), ...options]);
    const dockerfile =
      'ARG BASE\nFROM ${BASE}\nCOPY main.mjs /app/main.mjs\nUSER 65532:65532\nENTRYPOINT ["node", "/app/main.mjs"]\n';
    return await build({
      name,
      inputs: [dockerfile, contentHash(bundle)],
      base: await buildBaseImage(),
      context: (context) => {
        writeFileSync(join(context, 'Dockerfile'), dockerfile);
        cpSync(bundle, join(context, basename(bundle)));
      },
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/**
 * Makes an image known to the cluster's node; pods use it with any pull policy but Always. For a cluster elsewhere
 * LOADTEST_E2E_IMPORT names the command that takes an archive, such as `kind load image-archive`.
 */
export async function importImage({ name, archive }: Image): Promise<void> {
  if (process.env.LOADTEST_E2E_KUBECONFIG) {
    const command = process.env.LOADTEST_E2E_IMPORT?.split(' ');
    if (!command)
      throw new Error('LOADTEST_E2E_KUBECONFIG is set, but not LOADTEST_E2E_IMPORT to bring in images with');
    await run([...command, archive]);
    return;
  }
  const images = (...args: string[]) =>
    run(['ctr', '--address', containerdSocket, '--namespace', 'k8s.io', 'images', ...args]);
  const present = (await images('list', '--quiet')).split('\n');
  if (!present.includes(name)) await images('import', archive);
}
