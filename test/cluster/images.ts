import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { cacheDir, cached, cacheKey, contentHash } from './cache.ts';
import { containerdSocket } from './layout.ts';
import { withLock } from './lock.ts';
import { installPackages, missingPackages, nodeTools } from './packages.ts';
import { writeNodeRootfs } from './rootfs.ts';
import { run } from './run.ts';

/** An image as a file that a container runtime can import. */
export interface Image {
  /** What a pod writes under `image`. The tag is a hash of the content, so a changed image is never mistaken for its predecessor. */
  name: string;
  archive: string;
}

interface Build {
  name: string;
  /** Everything that determines the image's content. */
  inputs: readonly string[];
  base?: Image;
  buildArgs?: Readonly<Record<string, string>>;
  /** Puts a Dockerfile and what it copies into a folder. */
  context: (dir: string) => void | Promise<void>;
}

/** How many archives of one name stay in the cache: the current ones of a few branches. */
const keptArchives = 4;

const repository = resolve(import.meta.dirname, '../..');

/** A buildah command; its storage lies in our cache, where nothing else's images are. */
function buildah(command: string, ...args: string[]): Promise<string> {
  const storage = join(cacheDir(), 'buildah');
  const roots = ['--root', join(storage, 'storage'), '--runroot', join(storage, 'run')];
  return run(['buildah', '--storage-driver', 'vfs', ...roots, command, ...args]);
}

/** Deletes all but the newest archives of one image name. */
function prune(folder: string): void {
  const byAge = readdirSync(folder)
    .filter((file) => file.endsWith('.tar'))
    .map((file) => ({ path: join(folder, file), time: statSync(join(folder, file)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of byAge.slice(keptArchives)) rmSync(path);
}

async function build(spec: Build): Promise<Image> {
  const tag = cacheKey([process.arch, spec.base?.name ?? '', JSON.stringify(spec.buildArgs ?? {}), ...spec.inputs]);
  const name = `localhost/${spec.name}:${tag}`;
  const archive = await cached(join('images', spec.name, `${tag}.tar`), async (path) => {
    await installPackages(missingPackages(nodeTools), () => {});
    const context = mkdtempSync(join(tmpdir(), 'loadtest-image-'));
    try {
      await spec.context(context);
      // One storage serves all builds, and an image that lies there is only the way to its archive.
      await withLock(join(cacheDir(), 'buildah.lock'), () => buildArchive(spec, name, context, path));
    } finally {
      rmSync(context, { recursive: true });
    }
  });
  prune(join(archive, '..'));
  return { name, archive };
}

async function buildArchive(spec: Build, name: string, context: string, path: string): Promise<void> {
  const args = Object.entries(spec.buildArgs ?? {}).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
  const base: string[] = [];
  if (spec.base) {
    base.push(spec.base.name);
    await buildah('pull', '--quiet', `docker-archive:${spec.base.archive}`);
    args.push('--build-arg', `BASE=${spec.base.name}`);
  }
  await buildah('bud', '--isolation', 'chroot', '--pull-never', ...args, '-t', name, context);
  await buildah('push', '--quiet', name, `docker-archive:${path}:${name}`);
  await buildah('rmi', name, ...base);
}

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
