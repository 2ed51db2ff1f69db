import { fileURLToPath } from 'node:url';

/** The files from which a thread reads its CPU limit, and for how long it waited for a CPU. */
const CPU = ['/proc/self/cgroup', '/proc/self/mountinfo', '/sys/fs/cgroup/', '/proc/thread-self/schedstat'];

/** The first Node whose permission model can deny the network and be narrowed while a thread runs. */
const FIRST_NODE = 26;

/** The reason why this Node (`process.versions.node`) cannot run scripts; undefined when it can. */
export function sandboxProblem(node: string): string | undefined {
  if (Number.parseInt(node, 10) >= FIRST_NODE) return undefined;
  return `scripts need Node ${FIRST_NODE} or newer, whose permission model confines them; this is Node ${node}`;
}

/**
 * The options of a thread that runs a script: Node's permission model for this thread alone, so that other threads do not pay for it. The
 * thread may use the network and read the runner's own code, some of which is loaded late. It may not access other files, processes, native
 * add-ons, WASI or the inspector. It may create threads until it drops that right, before the script is loaded.
 */
export function scriptThread(thread: URL) {
  return {
    env: {},
    execArgv: [
      '--permission',
      '--allow-net',
      '--allow-worker',
      ...[fileURLToPath(ownCode(thread)), ...CPU].map((path) => `--allow-fs-read=${path}`),
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
    ],
  };
}

/** The root folder of our own code, as a URL that ends in a slash: that of the sources, or that of the bundles, which is flat. */
export function ownCode(thread: URL): string {
  const sources = /^(.*\/)runner\/[^?]*[.]ts$/.exec(thread.href);
  return sources?.[1] ?? new URL('.', thread).href;
}

/** Drops the right to create threads, in which a script would have no limits. */
export function dropThreads(): void {
  process.permission.drop('worker');
}
