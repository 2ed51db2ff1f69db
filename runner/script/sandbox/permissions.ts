import { fileURLToPath } from 'node:url';

/** Where a thread reads how its CPU is limited. */
const CGROUP = ['/proc/self/cgroup', '/proc/self/mountinfo', '/sys/fs/cgroup/'];

/** The first Node whose permission model can deny the network and be narrowed while a thread runs. */
const FIRST_NODE = 26;

/** Why this Node (`process.versions.node`) cannot run scripts; undefined when it can. */
export function sandboxProblem(node: string): string | undefined {
  if (Number.parseInt(node, 10) >= FIRST_NODE) return undefined;
  return `scripts need Node ${FIRST_NODE} or newer, whose permission model confines them; this is Node ${node}`;
}

/**
 * The options of a thread that a script runs in: Node's permission model for this thread alone, so that nobody else pays for it. It may
 * use the network, and read the runner's own code, of which some is loaded late; nothing else: no other file, no process, no native
 * add-on, WASI or inspector. Threads it may make until it drops that right, which it does before the script is loaded.
 */
export function scriptThread(thread: URL) {
  return {
    env: {},
    execArgv: [
      '--permission',
      '--allow-net',
      '--allow-worker',
      ...[fileURLToPath(ownCode(thread)), ...CGROUP].map((path) => `--allow-fs-read=${path}`),
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
    ],
  };
}

/** The folder of our own code, as a URL that ends in a slash: that of the bundles, or of the sources, where a thread's lies in a folder. */
export function ownCode(thread: URL): string {
  const sources = /^(.*\/)runner\/[^?]*[.]ts$/.exec(thread.href);
  return sources?.[1] ?? new URL('.', thread).href;
}

/** Gives up the right to make threads, in which a script could shed the other limits. */
export function dropThreads(): void {
  process.permission.drop('worker');
}
