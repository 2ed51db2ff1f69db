/** What is reached from a thread's globals and leads past what a script is given. */
const WAYS_AROUND: readonly [holder: object, names: readonly string[]][] = [
  [globalThis, ['WebSocket', 'EventSource']],
  // To modules, and to what is open.
  [process, ['getBuiltinModule', '_getActiveHandles', '_getActiveRequests', 'openStdin']],
  // Signals, of which the permission model knows nothing: one to its own process opens an inspector there.
  [process, ['kill', '_kill', 'abort', 'debugPort']],
  // A diagnostic report tells the environment of the whole process, and can be had as a file.
  [process, ['report', '_rawDebug']],
  // What the permission model or a thread refuses today.
  [process, ['binding', '_linkedBinding', 'dlopen', 'execve', 'loadEnvFile', 'chdir', 'umask']],
  [process, ['setuid', 'seteuid', 'setgid', 'setegid', 'setgroups', 'initgroups']],
];

/** Where Node and undici keep the dispatcher of those who name none: an Agent, with which a script could make requests of its own. */
const DISPATCHERS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => Symbol.for(name));

function noDispatch(): never {
  throw new Error('fetch is all that there is of the network');
}

/** Prepares the globals of this thread for a script, to which `fetch` is all that there is of the network. */
export function limitGlobals(fetch: typeof globalThis.fetch): void {
  for (const [holder, names] of WAYS_AROUND)
    for (const name of names) Object.defineProperty(holder, name, { value: undefined, writable: false });
  const value = Object.freeze({ dispatch: noDispatch });
  for (const symbol of DISPATCHERS) Object.defineProperty(globalThis, symbol, { value, writable: false });
  globalThis.fetch = fetch;
}
