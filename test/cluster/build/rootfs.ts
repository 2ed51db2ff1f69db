import { chmodSync, copyFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from '../system/run.ts';

/** The absolute paths in the output of `ldd`: libraries and the loader. */
export function parseLdd(output: string): string[] {
  const paths = output.split('\n').map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1]);
  return paths.filter((path) => path !== undefined);
}

/** glibc loads name resolution at run time, so that ldd does not list it. Newer versions have it built in. */
const resolvers = ['libresolv.so.2', 'libnss_dns.so.2', 'libnss_files.so.2'];

/** Writes a root file system with only Node and the files that it needs. */
export async function writeNodeRootfs(node: string, rootfs: string): Promise<void> {
  const add = (from: string, to: string) => {
    const target = join(rootfs, to);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(realpathSync(from), target);
    chmodSync(target, 0o755);
  };
  const libraries = parseLdd(await run(['ldd', node]));
  const libc = libraries.find((path) => basename(path) === 'libc.so.6');
  const more = libc ? resolvers.map((name) => join(dirname(libc), name)).filter(existsSync) : [];
  for (const library of new Set([...libraries, ...more])) add(library, library);
  add(node, '/usr/local/bin/node');

  mkdirSync(join(rootfs, 'etc'));
  writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0::/:/none\nnonroot:x:65532:65532::/tmp:/none\n');
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  writeFileSync(join(rootfs, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  mkdirSync(join(rootfs, 'tmp'));
  chmodSync(join(rootfs, 'tmp'), 0o1777);
}
