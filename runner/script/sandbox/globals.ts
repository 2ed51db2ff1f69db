/** The properties of globals with which a script could bypass its limits. */
const BYPASSES: readonly [holder: object, names: readonly string[]][] = [
  [globalThis, ['WebSocket', 'EventSource']],
  // Modules, and open handles.
  [process, ['getBuiltinModule', '_getActiveHandles', '_getActiveRequests', 'openStdin']],
  // Signals, which the permission model does not cover: SIGUSR1 to its own process opens an inspector.
  [process, ['kill', '_kill', 'abort', 'debugPort']],
  // A diagnostic report contains the environment of the whole process, and can be written to a file.
  [process, ['report', '_rawDebug']],
  // Functions that today's permission model or a worker thread refuses anyway.
  [process, ['binding', '_linkedBinding', 'dlopen', 'execve', 'loadEnvFile', 'chdir', 'umask']],
  [process, ['setuid', 'seteuid', 'setgid', 'setegid', 'setgroups', 'initgroups']],
];

/** The properties that hold the default dispatcher of Node and undici: an Agent with which a script could send any request. */
const DISPATCHERS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => Symbol.for(name));

function noDispatch(): never {
  throw new Error('a script reaches the network only through fetch');
}

/** Restricts the globals of this thread for a script, which then reaches the network only through `fetch`. */
export function limitGlobals(fetch: typeof globalThis.fetch): void {
  for (const [holder, names] of BYPASSES)
    for (const name of names) Object.defineProperty(holder, name, { value: undefined, writable: false });
  const value = Object.freeze({ dispatch: noDispatch });
  for (const symbol of DISPATCHERS) Object.defineProperty(globalThis, symbol, { value, writable: false });
  globalThis.fetch = fetch;
}
