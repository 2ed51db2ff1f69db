/**
 * The properties of globals that a script has no use for. The permissions of the process hold without this list; it covers what they do not
 * know: signals to other processes, diagnostic reports, and WebAssembly, the part of V8 that is hardest to keep safe.
 */
const REMOVED: readonly [holder: object, names: readonly string[]][] = [
  [globalThis, ['WebSocket', 'EventSource', 'WebAssembly']],
  // Modules, and open handles.
  [process, ['getBuiltinModule', '_getActiveHandles', '_getActiveRequests', 'openStdin', 'mainModule']],
  // Signals, which the permission model does not cover.
  [process, ['kill', '_kill', 'abort', 'debugPort', '_debugProcess', '_debugEnd']],
  // A diagnostic report describes the machine.
  [process, ['report', '_rawDebug', '_startProfilerIdleNotifier', '_stopProfilerIdleNotifier']],
  // Functions that today's permission model refuses, or that change the process.
  [process, ['binding', '_linkedBinding', 'dlopen', 'execve', 'loadEnvFile', 'chdir', 'umask']],
  [process, ['setuid', 'seteuid', 'setgid', 'setegid', 'setgroups', 'initgroups']],
];

/** Removes the globals that a script has no use for. Its console, and its standard streams, write to `output`. */
export function limitGlobals(console: Console, output: NodeJS.WritableStream): void {
  for (const [holder, names] of REMOVED) for (const name of names) define(holder, name, undefined);
  for (const name of ['stdout', 'stderr']) define(process, name, output);
  define(process, 'stdin', undefined);
  globalThis.console = console;
}

function define(holder: object, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, writable: false, configurable: false });
}
