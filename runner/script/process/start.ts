import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DESCRIPTORS } from './descriptors.ts';

/** The root folder of our own code, as a URL that ends in a slash: that of the sources, or that of the bundles, which is flat. */
export function ownCode(program: URL): string {
  const sources = /^(.*\/)runner\/[^?]*[.]ts$/.exec(program.href);
  return sources?.[1] ?? new URL('.', program).href;
}

/**
 * The options of Node for the process of a script. Its permissions are those of the whole process: no network, no processes, native add-ons,
 * WASI, FFI or inspector. It may read our own code and start one thread until it drops these rights, before it loads the script. The other
 * options close what the permissions leave open: node:sqlite writes files, flags of V8 can switch off its checks.
 */
export function scriptOptions(program: URL, heapMiB: number | undefined): string[] {
  return [
    '--permission',
    `--allow-fs-read=${fileURLToPath(ownCode(program))}`,
    '--allow-worker',
    '--freeze-flags-after-init',
    '--disable-sigusr1',
    '--disable-proto=delete',
    '--no-experimental-sqlite',
    '--no-experimental-webstorage',
    '--no-experimental-websocket',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    '--max-semi-space-size=2',
    ...(heapMiB === undefined ? [] : [`--max-old-space-size=${heapMiB}`]),
  ];
}

const PIPES = Object.keys(DESCRIPTORS).map(() => 'pipe' as const);

/**
 * Starts the process of a script: with an empty environment, without other files of this process, and in a session of its own, so that an
 * interrupt from the terminal leaves it to its runner.
 */
export function startScriptProcess(heapMiB: number | undefined): ChildProcess {
  const program = new URL('./script-process.ts', import.meta.url);
  return spawn(process.execPath, [...scriptOptions(program, heapMiB), fileURLToPath(program)], {
    stdio: ['ignore', 'ignore', 'pipe', ...PIPES],
    env: {},
    cwd: '/',
    detached: true,
  });
}
