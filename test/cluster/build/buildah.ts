import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../system/lock.ts';
import { run } from '../system/run.ts';
import { withTempDir } from '../system/tempdir.ts';
import { cacheDir, cached, cacheKey } from './cache.ts';
import { installPackages, missingPackages, nodeTools } from './packages.ts';

/** An image as a file that a container runtime can import. */
export interface Image {
  /** The value of a pod's `image`. The tag is a hash of the content, so that a changed image has another name. */
  name: string;
  archive: string;
}

export interface Build {
  name: string;
  /** Everything that determines the image's content. */
  inputs: readonly string[];
  base?: Image;
  buildArgs?: Readonly<Record<string, string>>;
  /** Writes a Dockerfile and the files that it copies into a folder. */
  context: (dir: string) => void | Promise<void>;
}

/** Number of archives of one name in the cache besides a new one: those of a few branches. */
const keptArchives = 4;

/** A buildah command whose storage in the cache has no other images. */
function buildah(command: string, ...args: string[]): Promise<string> {
  const storage = join(cacheDir(), 'buildah');
  const roots = ['--root', join(storage, 'storage'), '--runroot', join(storage, 'run')];
  return run(['buildah', '--storage-driver', 'vfs', ...roots, command, ...args]);
}

/** Deletes all archives of one image name except the most recently used. */
function prune(folder: string): void {
  const byAge = readdirSync(folder)
    .filter((file) => file.endsWith('.tar'))
    .map((file) => ({ path: join(folder, file), time: statSync(join(folder, file)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of byAge.slice(keptArchives)) rmSync(path, { force: true });
}

/** Builds an image unless it is in the cache. */
export async function build(spec: Build): Promise<Image> {
  const tag = cacheKey([process.arch, spec.base?.name ?? '', JSON.stringify(spec.buildArgs ?? {}), ...spec.inputs]);
  const name = `localhost/${spec.name}:${tag}`;
  const archive = await cached(join('images', spec.name, `${tag}.tar`), async (path) => {
    await installPackages(missingPackages(nodeTools), () => {});
    await withTempDir(async (context) => {
      await spec.context(context);
      // All builds share one storage, which needs an image only until its archive is written.
      await withLock(join(cacheDir(), 'buildah.lock'), async () => {
        prune(join(path, '..'));
        await buildArchive(spec, name, context, path);
      });
    });
  });
  utimesSync(archive, new Date(), new Date());
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
