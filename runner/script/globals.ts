/** What is reached from a thread's globals and leads to the network, or to modules, past what a script is given. */
const WAYS_AROUND: readonly [holder: object, names: readonly string[]][] = [
  [globalThis, ['WebSocket', 'EventSource']],
  [process, ['getBuiltinModule', '_getActiveHandles', '_getActiveRequests']],
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
